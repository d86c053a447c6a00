"""What an answer amounts to, and whether anything was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import caches
from django.db import connection, transaction

from echoroom import limits

# Words for redirects: to the code field, to the staff's sign-in, and from an object that is not there for you.
ENTRY, LOGIN, GONE = "entry", "login", "gone"
REFUSED = {"400", "401", "403", "404", "405", ENTRY, LOGIN, GONE}
WRITES = re.compile(r"\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# Even a refused visit may begin a session.
OF_NO_INTEREST = {"django_session"}


def outcome(response: Any) -> str:
    where = response.headers.get("Location", "")
    if where.startswith("/?next="):
        return ENTRY
    if where.startswith("/admin/login/"):
        return LOGIN
    if where == "/admin/" and response.status_code == 302:
        return GONE
    return str(response.status_code)


@contextmanager
def undone() -> Iterator[list[str]]:
    """What happens inside has not happened afterwards: neither in the database nor in caches and limits.

    Yields the tables that were written to, by statements rather than by what they changed.
    """
    written: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        found = WRITES.match(sql)
        if found and found[1] not in OF_NO_INTEREST:
            written.append(found[1])
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield written
        transaction.set_rollback(True)
    forget()


def forget() -> None:
    for cache in caches.all(initialized_only=True):
        cache.clear()
    limits.reset()


def told(wrong: dict[str, Any]) -> str:
    """All that was wrong, a line each: pytest would show the first few only."""
    return "\n".join(["", *(f"{what}: {why}" for what, why in wrong.items())])
