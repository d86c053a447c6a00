"""What was last shown of a private category. A live page would tell by the difference between two looks what the one
person is who came in between; so the same look is shown until five people have come or gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from matching.stats.cells import SMALLEST


@dataclass(frozen=True, slots=True)
class Look:
    """`at` is a Unix time, `tickets` are the numbers of those who were counted."""

    at: float
    tickets: frozenset[int]
    counts: Mapping[str, int]


def next_look(before: Look | None, categories: Mapping[int, str], *, now: float) -> Look:
    """The look to show to whoever asks now: `before`, or a new one once enough people have changed.

    `categories` are those of the people who wait, by ticket number.
    """
    if before is not None and len(before.tickets ^ categories.keys()) < SMALLEST:
        return before
    return Look(now, frozenset(categories), dict(Counter(categories.values())))
