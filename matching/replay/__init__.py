"""Plays the people of a Pol.is export against a running server, through its public HTTP API and nothing else.

Knows no model and no database: what it learns about EchoRoom, EchoRoom has answered.
"""
