"""Django's PostgreSQL backend, with a health check that costs no round trip and times that are read in C.

A server that restarted, or a balancer that gave up, has closed our socket, and then the idle connection can be read
from. Asking the socket takes microseconds, where Django's `SELECT 1` takes a tenth of a hot request.
"""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import Format

TIMESTAMPTZ = psycopg.adapters.types["timestamptz"].oid


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        # psycopg's own loader, in C where there is one. Django's is Python, so that it can serve any time zone; all of
        # our connections speak UTC.
        loader = psycopg.adapters.get_loader(TIMESTAMPTZ, Format.TEXT)
        if self.timezone_name == "UTC" and loader is not None:
            connection.adapters.register_loader(TIMESTAMPTZ, loader)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        if self.timezone_name != "UTC":
            return super().create_cursor(name)
        if name is None:
            return self.connection.cursor()
        # A cursor on the server, as `iterator()` uses. As Django makes it, which would then ask our loader for a time
        # zone that it has not.
        options = {"scrollable": False, "withhold": self.connection.autocommit}
        if self.settings_dict["OPTIONS"].get("server_side_binding"):
            return self.connection.cursor(name, **options)
        # The stubs know none of psycopg's arguments.
        return base.ServerSideCursor(self.connection, name=name, **options)  # type: ignore[call-arg]

    def is_usable(self) -> bool:
        connection = self.connection
        if connection is None or connection.closed:
            return False
        # After an error, or with something to read (an end of file, or just a notice), only an answer proves life.
        if self.errors_occurred or _has_something_to_read(connection.fileno()):
            return bool(super().is_usable())
        return True


def _has_something_to_read(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
