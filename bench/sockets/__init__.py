"""Holds a thousand sockets open on one `live` process and measures what reaches the few who have news."""
