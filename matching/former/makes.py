"""Makes of teams: how many of each kind of people, so that all are used up and nobody is isolated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from math import prod

from matching.former.rules import ISOLATES
from matching.former.types import Terms

Kind = tuple[int, int]  # packed genders and seats of a unit
Make = tuple[int, ...]  # units of each kind
# With more different counts than this on the way it is not tried: some hundredths of a second.
MOST_COUNTS = 4000
# Counts are packed into one number, so many bits for each; the highest of them shows whether enough are left.
BITS = 8
GUARD = 1 << (BITS - 1)


def makes_of(terms: Terms, there: dict[Kind, int], left_over: int) -> list[Make]:
    """Teams, and `left_over` single units, that use up so many units of each kind; none if there is no way.

    Of all ways one in which sizes are as near as possible to the ideal one.
    """
    if prod(count + 1 for count in (*there.values(), left_over)) > MOST_COUNTS or max(there.values()) >= GUARD:
        return []
    allowed = _allowed(terms, list(there), there)
    guard = _packed([GUARD] * (len(there) + 1))

    @cache
    def best(left: int) -> tuple[float, int]:
        """How many are lacking or too many in all, and which make comes first."""
        if not left:
            return 0.0, -1
        found = (float("inf"), -1)
        for number, (packed, off, _) in enumerate(allowed[_first(left)]):
            if (left | guard) - packed & guard == guard:
                found = min(found, (off + best(left - packed)[0], number))
        return found

    left, makes = _packed([*there.values(), left_over]), list[Make]()
    while left and best(left)[1] >= 0:
        packed, _, make = allowed[_first(left)][best(left)[1]]
        makes.append(make)
        left -= packed
    return makes


def _packed(counts: Iterable[int]) -> int:
    return sum(count << BITS * place for place, count in enumerate(counts))


def _first(packed: int) -> int:
    """The first kind of which any are left."""
    return ((packed & -packed).bit_length() - 1) // BITS


def _allowed(terms: Terms, kinds: list[Kind], there: dict[Kind, int]) -> list[list[tuple[int, int, Make]]]:
    """By their first kind: makes, packed and as such, and how far they are from the ideal size.

    Behind all kinds are places for who is left over: one of any kind takes one of those.
    """
    alone = [Counter([place]) for place in range(len(kinds))]
    found: list[list[tuple[int, int, Make]]] = [[] for _ in range(len(kinds) + 1)]

    def extend(make: Counter[int], genders: int, seats: int) -> None:
        counts = tuple(make[place] for place in range(len(kinds)))
        if seats >= terms.minimum and (make.total() == 1 or not ISOLATES[genders & (len(ISOLATES) - 1)]):
            found[min(make)].append((_packed(counts), abs(seats - terms.size), counts))
        for place in range(max(make), len(kinds)):
            packed, taken = kinds[place]
            if seats + taken <= terms.maximum and make[place] < there[kinds[place]]:
                extend(make + alone[place], genders + packed, seats + taken)

    for place, (packed, taken) in enumerate(kinds):
        if taken <= terms.maximum:
            extend(alone[place], packed, taken)
        single = tuple(int(other == place) for other in range(len(kinds)))
        found[place].append((_packed([*single, 1]), 0, single))
    return found
