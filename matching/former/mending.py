"""Teams that isolate somebody, put together anew with others so that nobody is, if counts of genders allow it.

A search takes two or three teams apart at a time. Where sizes and counts only come out even over more of them, say
seven women and thirty-three men in fours and threes, it would not get there: each step on the way isolates somebody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from math import prod

import numpy as np

from matching.former.ground import Ground
from matching.former.rules import ISOLATES, ISOLATING, LEVEL_OF
from matching.former.standing import NOBODY
from matching.former.swaps import worth_of
from matching.former.types import Rule

Kind = tuple[int, int]  # packed genders and seats of a unit
Make = tuple[int, ...]  # how many units of each kind
# Teams that are put together anew with one that isolates somebody, fewest first; with more ways than that none are.
HELPERS = (1, 2, 4, 7)
MOST_COUNTS = 6000
# Blocks and languages may forbid who comes together; so many draws are tried, and so many teams in all.
DRAWS, MOST_TEAMS = 4, 12


def mended(ground: Ground, split: list[list[int]]) -> list[list[int]]:
    """The same units in teams of which fewer isolate somebody, where that was found; lobbies stay as they are."""
    if not ground.can_isolate or ground.highest < LEVEL_OF[Rule.NO_ISOLATION]:
        return split
    teams = [list(team) for team in split]
    isolating = [number for number, team in enumerate(teams) if _isolates(ground, team)]
    for number in isolating[:MOST_TEAMS]:
        for numbers in _with_helpers(ground, teams, number):
            if found := _anew(ground, [unit for one in numbers for unit in teams[one]]):
                for one in numbers:
                    teams[one] = []
                teams += found
                break
    return [team for team in teams if team]


def _isolates(ground: Ground, team: list[int]) -> bool:
    free = len(team) > 1 and not ground.lobby[team].any()
    return bool(free and ISOLATES[int(ground.genders[team].sum()) & (len(ISOLATES) - 1)])


def _with_helpers(ground: Ground, teams: list[list[int]], number: int) -> Iterator[list[int]]:
    """Numbers of this team and others: alternately those that look most like it and those that look least."""
    if not teams[number]:
        return
    mine = set(ground.genders[teams[number]].tolist())
    others = [
        other
        for other, team in enumerate(teams)
        if other != number and team and (len(team) > 1 or not ground.lobby[team[0]]) and not ground.lobby[team].any()
    ]
    alike = {other: len(mine & set(ground.genders[teams[other]].tolist())) for other in others}
    order = sorted(others, key=lambda other: (-alike[other], other))
    order = [other for pair in zip(order, reversed(order), strict=True) for other in pair][: len(order)]
    for helpers in HELPERS:
        yield [number, *dict.fromkeys(order[:helpers])]
        if helpers >= len(order):
            return


def _anew(ground: Ground, units: list[int]) -> list[list[int]]:
    """All these units in teams that may be and isolate nobody; none if no such teams were found."""
    of_kind: defaultdict[Kind, list[int]] = defaultdict(list)
    for unit in units:
        of_kind[int(ground.genders[unit]), int(ground.seats[unit])].append(unit)
    makes = _makes(ground, {kind: len(members) for kind, members in of_kind.items()})
    for draw in range(DRAWS if makes else 0):
        random = np.random.Generator(np.random.PCG64(draw))
        left = {kind: random.permutation(members).tolist() for kind, members in of_kind.items()}
        teams = [
            [left[kind].pop() for kind, count in zip(left, make, strict=True) for _ in range(count)] for make in makes
        ]
        width = ground.terms.maximum
        lines = np.array([team + [NOBODY] * (width - len(team)) for team in teams], np.intp)
        if (worth_of(ground, lines) > -ISOLATING / 2).all():
            return teams
    return []


def _makes(ground: Ground, there: dict[Kind, int]) -> list[Make]:
    """Makes of teams that use up so many units of each kind, as near as possible to the ideal size."""
    if prod(count + 1 for count in there.values()) > MOST_COUNTS:
        return []
    kinds, size = list(there), ground.terms.size
    allowed = _allowed(ground, kinds, there)

    @cache
    def best(left: Make) -> tuple[float, Make]:
        """What is lacking or too many in all, and the first team's make."""
        first = next((place for place, count in enumerate(left) if count), None)
        if first is None:
            return 0.0, ()
        found = (float("inf"), left)
        for make, seats in allowed[first]:
            if all(count <= have for count, have in zip(make, left, strict=True)):
                rest = tuple(have - count for count, have in zip(make, left, strict=True))
                found = min(found, (abs(seats - size) + best(rest)[0], make))
        return found

    left, makes = tuple(there.values()), []
    if best(left)[0] == float("inf"):
        return []
    while any(left):
        makes.append(best(left)[1])
        left = tuple(have - count for count, have in zip(makes[-1], left, strict=True))
    return makes


def _allowed(ground: Ground, kinds: list[Kind], there: dict[Kind, int]) -> list[list[tuple[Make, int]]]:
    """By the first kind in them: makes of teams of an allowed size that isolate nobody, and their seats."""
    found: list[list[tuple[Make, int]]] = [[] for _ in kinds]

    def extend(make: Counter[int], start: int, genders: int, seats: int) -> None:
        units = make.total()
        if seats >= ground.terms.minimum and (units == 1 or not ISOLATES[genders & (len(ISOLATES) - 1)]):
            found[min(make)].append((tuple(make[place] for place in range(len(kinds))), seats))
        for place in range(start, len(kinds)):
            packed, taken = kinds[place]
            if seats + taken <= ground.terms.maximum and make[place] < there[kinds[place]]:
                extend(make + Counter([place]), place, genders + packed, seats + taken)

    for place, (packed, taken) in enumerate(kinds):
        if taken <= ground.terms.maximum:
            extend(Counter([place]), place, packed, taken)
    return found
