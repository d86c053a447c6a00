"""Measures the hot paths against bare twins that do the same work: `make bench`."""
