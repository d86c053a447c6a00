"""Who did what to which row, and when: an append-only journal that holds ids and no text about people."""

from echoroom.audit.services import record, record_each

__all__ = ["record", "record_each"]
