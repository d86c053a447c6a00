"""What a queue's tickets say about it: figures for organisers. Knows neither Django nor a database."""
