"""How people are spread over categories, and what of it may be shown where the category is private.

Cells under five people are hidden. A reader who knows the total and this rule must not be able to compute them, so
that others are hidden with them (complementary suppression: Willenborg & de Waal 2001, ch. 6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SMALLEST = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """`count` is None where it is hidden."""

    key: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """Over `people`, who may be in several cells where one can have several, as with languages.

    `together` is how many people the hidden cells hold; None if none is hidden. Where all are, none is listed.
    """

    people: int
    cells: tuple[Cell, ...] = ()
    together: int | None = None


def spread(people: Iterable[Iterable[str]]) -> Distribution:
    """Of each person their categories, out of what everybody may see; the largest cell first."""
    rows = [list(dict.fromkeys(categories)) for categories in people]
    counts = Counter(category for row in rows for category in row)
    cells = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Distribution(len(rows), tuple(Cell(key, count) for key, count in cells))


def guarded(counts: Mapping[str, int]) -> Distribution:
    """The same for a private category: one per person, in the order of `counts`, those without people left out."""
    there = {key: count for key, count in counts.items() if count > 0}
    hidden = _hidden(there)
    # Which categories occur at all would tell what the people of a small or uniform group are.
    listed = there if hidden != there.keys() else {}
    cells = tuple(Cell(key, None if key in hidden else count) for key, count in listed.items())
    together = sum(there[key] for key in hidden) if hidden else None
    return Distribution(sum(there.values()), cells, together)


def _hidden(counts: Mapping[str, int]) -> set[str]:
    hidden = {key for key, count in counts.items() if count < SMALLEST}
    if not hidden:
        return hidden
    for key in sorted(counts.keys() - hidden, key=lambda key: (counts[key], key)):
        if _is_ambiguous([counts[each] for each in hidden], next_shown=counts[key]):
            break
        hidden.add(key)
    return hidden


def _is_ambiguous(hidden: list[int], *, next_shown: int) -> bool:
    """Whether every number of people under five remains possible in each hidden cell.

    One cell alone is the total less the others; two that are small are told by a sum of eight; five of six leave one.
    And that the smallest others are hidden tells that none of them exceeds what is shown.
    """
    together = sum(hidden)
    return max(hidden) >= SMALLEST and together >= 2 * SMALLEST and together <= next_shown
