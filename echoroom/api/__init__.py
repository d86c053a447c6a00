"""The shape of the HTTP API: problems, parsing, authentication, pages of lists, repeated requests, keys."""
