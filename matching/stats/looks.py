"""What was last shown of a private category. A live page would tell by the difference between two looks what the one
person is who came in between; so the same look is shown until enough people have come or gone.

Enough: nobody or at least five have come, and nobody or at least five have gone. One who comes while many go would be
told by what does not add up. It holds against earlier looks too: five may come and four of them go again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from matching.stats.cells import SMALLEST

# Of earlier looks that many are compared with; those that have fewest people in common with now are forgotten.
MOST_EARLIER = 12


@dataclass(frozen=True, slots=True)
class Look:
    """`at` is a Unix time, `people` are those who were counted, `earlier` those of looks before this one."""

    at: float
    people: frozenset[int]
    counts: Mapping[str, int]
    earlier: tuple[frozenset[int], ...] = ()


def next_look(before: Look | None, categories: Mapping[int, str], *, now: float) -> Look:
    """The look to show to whoever asks now: `before`, or a new one once enough people have changed.

    `categories` are those of the people who wait, by whatever stays the same of a person who leaves and comes again.
    """
    people = frozenset(categories)
    shown = (before.people, *before.earlier) if before else ()
    if before is not None and not all(is_apart(each, people) for each in shown):
        return before
    nearest = sorted((each for each in shown if each & people), key=lambda each: -len(each & people))
    return Look(now, people, dict(Counter(categories.values())), tuple(nearest[:MOST_EARLIER]))


def is_apart(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether the difference of the two says nothing about fewer than five people. The same people, of whom one now
    states something else, are not apart."""
    changed = (len(other - one), len(one - other))
    return any(changed) and all(number == 0 or number >= SMALLEST for number in changed)
