"""Teams that isolate somebody, put together anew with others so that nobody is, if counts of genders allow it.

A search takes two or three teams apart at a time. Where sizes and counts only come out even over more of them, say
seven women and thirty-three men in fours and threes, it would not get there: each step on the way isolates somebody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from matching.former.ground import Ground
from matching.former.makes import Kind, makes_of
from matching.former.rules import ISOLATES, ISOLATING, LEVEL_OF
from matching.former.standing import NOBODY
from matching.former.swaps import worth_of
from matching.former.types import Rule

# Teams that are put together anew with one that isolates somebody, and people left over who may change places.
HELPERS, LEFT_OVER = (1, 2, 4, 7, 13), 3
# Blocks and languages may forbid who comes together; so many draws are tried, and so many teams in all.
DRAWS, MOST_TEAMS = 4, 6


def mended(ground: Ground, split: list[list[int]]) -> list[list[int]]:
    """The same units in teams of which fewer isolate somebody, where that was found; lobbies stay as they are."""
    if not ground.can_isolate or ground.highest < LEVEL_OF[Rule.NO_ISOLATION]:
        return split
    teams = {number: list(team) for number, team in enumerate(split)}
    isolating = [number for number, team in teams.items() if _isolates(ground, team)]
    for number in isolating[:MOST_TEAMS]:
        for numbers in _with_helpers(ground, teams, number):
            if found := _anew(ground, [teams[one] for one in numbers]):
                for one in numbers:
                    del teams[one]
                teams |= {max(teams, default=0) + 1 + place: team for place, team in enumerate(found)}
                break
    return list(teams.values())


def _isolates(ground: Ground, team: list[int]) -> bool:
    free = len(team) > 1 and not ground.lobby[team].any()
    return bool(free and ISOLATES[int(ground.genders[team].sum()) & (len(ISOLATES) - 1)])


def _is_left_over(ground: Ground, team: list[int]) -> bool:
    return len(team) == 1 and int(ground.seats[team[0]]) < ground.terms.minimum


def _with_helpers(ground: Ground, teams: dict[int, list[int]], number: int) -> Iterator[list[int]]:
    """Numbers of this team, of some left over and of others: in turn those most and those least like it."""
    if number not in teams:
        return
    mine = set(ground.genders[teams[number]].tolist())
    others = [other for other, team in teams.items() if other != number and not ground.lobby[team].any()]
    left_over = [other for other in others if _is_left_over(ground, teams[other])][:LEFT_OVER]
    alike = {
        other: len(mine & set(ground.genders[teams[other]].tolist()))
        for other in others
        if not _is_left_over(ground, teams[other])
    }
    order = sorted(alike, key=lambda other: (-alike[other], other))
    in_turn = list(dict.fromkeys(one for both in zip(order, reversed(order), strict=True) for one in both))
    for helpers in HELPERS:
        yield [number, *left_over, *in_turn[:helpers]]
        if helpers >= len(in_turn):
            return


def _anew(ground: Ground, teams: list[list[int]]) -> list[list[int]]:
    """All these units in teams that are worth more and isolate nobody; none if no such teams were found."""
    of_kind: defaultdict[Kind, list[int]] = defaultdict(list)
    for unit in (unit for team in teams for unit in team):
        of_kind[int(ground.genders[unit]), int(ground.seats[unit])].append(unit)
    left_over = sum(_is_left_over(ground, team) for team in teams)
    makes = makes_of(ground.terms, {kind: len(units) for kind, units in of_kind.items()}, left_over)
    for draw in range(DRAWS if makes else 0):
        random = np.random.Generator(np.random.PCG64(draw))
        left = {kind: random.permutation(units).tolist() for kind, units in of_kind.items()}
        found = [
            [left[kind].pop() for kind, count in zip(left, make, strict=True) for _ in range(count)] for make in makes
        ]
        if _worth(ground, found) > _worth(ground, teams) + ISOLATING / 2:
            return found
    return []


def _worth(ground: Ground, teams: list[list[int]]) -> float:
    width = max(map(len, teams))
    lines = np.array([team + [NOBODY] * (width - len(team)) for team in teams], np.intp)
    return float(worth_of(ground, lines).sum())
