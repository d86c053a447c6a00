from __future__ import annotations

from typing import Any

import redis
from redis.connection import Connection
from redis.exceptions import ConnectionError as RedisConnectionError


class Pool(redis.ConnectionPool):
    """redis-py's pool, without the telemetry that it keeps of each loan.

    A hot request borrows twice, and nobody reads what is counted. All but the common case is left to redis-py.
    """

    def get_connection(self, command_name: Any = None, *keys: Any, **options: Any) -> Any:
        self._checkpid()
        with self._lock:
            connection: Any = self._available_connections.pop() if self._available_connections else None
            if connection is not None:
                self._in_use_connections.add(connection)
        if connection is None:
            return super().get_connection()
        if connection.is_connected and _is_stale(connection):
            # Cut while it lay idle, or returned with an answer unread: what is sent next opens it anew.
            connection.disconnect()
        return connection

    def release(self, connection: Any) -> None:
        self._checkpid()
        with self._lock:
            is_plain = (
                connection in self._in_use_connections
                and self.owns_connection(connection)
                and not connection.should_reconnect()
            )
            if is_plain:
                self._in_use_connections.remove(connection)
                self._available_connections.append(connection)
        if not is_plain:
            super().release(connection)


def _is_stale(connection: Connection) -> bool:
    try:
        return connection.can_read()
    except (RedisConnectionError, OSError):
        return True
