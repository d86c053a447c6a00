from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements_of(act: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    return [query["sql"] for query in captured.captured_queries]


def keeps_its_promise(what: str, promised: int, act: Callable[[], object]) -> None:
    """Fail, and teach, when `act` asks the database more often than promised."""
    statements = statements_of(act)
    if len(statements) <= promised:
        return
    shapes = Counter(statement[:140] for statement in statements)
    listed = "\n".join(f"  {times}x {shape}" for shape, times in shapes.most_common())
    raise AssertionError(
        f"{what} promised {promised} statements and made {len(statements)}:\n{listed}\n"
        "A statement that repeats reads row by row: join it, prefetch it, or read what is missing in one go. "
        "If the new statement is worth its time, say so where the promise stands, and raise it there."
    )
