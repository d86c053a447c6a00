"""The pages of the queue, of parties, and of whom somebody does not want in their team."""
