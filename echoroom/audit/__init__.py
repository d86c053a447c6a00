"""Who did what to which row, and when: an append-only journal that holds ids and no text about people."""

from echoroom.audit.services import Line, record, record_each

__all__ = ["Line", "record", "record_each"]
