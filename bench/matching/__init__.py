"""`make bench-matching`: how good the teams are, and how fast."""
