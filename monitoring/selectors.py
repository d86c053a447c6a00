from __future__ import annotations

from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

DATABASE_UNREACHABLE = "database_unreachable"
MIGRATIONS_PENDING = "migrations_pending"


class Readiness:
    """Whether the database answers and holds every migration of this code.

    Migrations are compared until none is missing, and never again: a process that serves goes on while a newer release
    migrates. Either way it is one query.
    """

    def __init__(self) -> None:
        self._is_migrated = False

    def obstacle(self) -> str:
        """Why this process cannot serve people; "" when it can."""
        if self._is_migrated:
            return "" if _answers() else DATABASE_UNREACHABLE
        try:
            # What only the database knows is a newer release's, which keeps what this one needs.
            self._is_migrated = _migrations_of_this_code() <= set(_rows("SELECT app, name FROM django_migrations"))
        except DatabaseError:
            # The table of migrations comes with the first of them; SQLite calls its lack by the name of an outage.
            if not _answers():
                return DATABASE_UNREACHABLE
        return "" if self._is_migrated else MIGRATIONS_PENDING


readiness = Readiness()


def _answers() -> bool:
    """Asked outside a transaction, as requests are: within one PostgreSQL would answer no more after an error."""
    try:
        _rows("SELECT 1")
    except DatabaseError:
        return False
    return True


def _rows(sql: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


@cache
def _migrations_of_this_code() -> frozenset[tuple[str, ...]]:
    # Without a connection it only reads files.
    return frozenset(MigrationLoader(None).graph.nodes)
