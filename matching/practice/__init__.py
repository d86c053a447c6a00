"""Practice bots at play: what they think, when they move, and the client with which they call the public API."""
