"""The queue console, from which organisers run the event."""
