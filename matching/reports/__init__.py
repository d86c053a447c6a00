"""An event's queue figures as a message: its words, its JSON, its signature and its way out. No tables."""
