"""The pages of the world, of a room and of a decision map."""
