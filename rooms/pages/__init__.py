"""What the pages of a room say in words. Everything here is computed from views and documents, without a query."""
