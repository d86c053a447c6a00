"""Teams that isolate somebody, each put together anew with one other team, until no two teams can mend one.

A search draws its groups at random: with little time for it, at a busy moment, two teams that fit may never have met.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.rules import ISOLATES, ISOLATING, LEVEL_OF
from matching.former.swaps import worth_of
from matching.former.tables import combos_of
from matching.former.types import Rule
from matching.former.worth import Worth

Places = NDArray[np.intp]
# A look weighs one team with all others, a few hundredths of what a round of search costs for each of them.
MOST_LOOKS = 60


def regrouped(ground: Ground, split: list[list[int]]) -> list[list[int]]:
    """The same units in teams of which fewer isolate somebody, if two of them can be put together so."""
    if not ground.can_isolate or ground.highest < LEVEL_OF[Rule.NO_ISOLATION]:
        return split
    teams = [list(team) for team in split]
    looks, waiting = MOST_LOOKS, _isolating(ground, teams)
    while waiting and looks:
        looks -= 1
        if found := _with_another(ground, teams, waiting.pop()):
            other, number, better = found
            teams = [team for place, team in enumerate(teams) if place not in {other, number}] + better
            # What came of it may be what others lacked.
            waiting = _isolating(ground, teams)
    return teams


def _isolating(ground: Ground, teams: list[list[int]]) -> list[int]:
    mask = len(ISOLATES) - 1
    return [
        number
        for number, team in enumerate(teams)
        if len(team) > 1 and ISOLATES[int(ground.genders[team].sum()) & mask]
    ]


def _with_another(ground: Ground, teams: list[list[int]], number: int) -> tuple[int, int, list[list[int]]] | None:
    """Another team's number, this one's, and both anew, for the pair that gains most by it."""
    mine = teams[number]
    most, chosen = ISOLATING / 2, None
    now = worth_of(ground, _lines(teams))
    lengths = np.array([len(team) for team in teams])
    for length in np.unique(lengths).tolist():
        others = np.flatnonzero((lengths == length) & (np.arange(len(teams)) != number))
        if not len(others):
            continue
        units = np.array([mine + teams[other] for other in others.tolist()], np.intp).T
        for size in range((len(mine) + length) // 2 + 1):
            gain, one = _halves(ground, units, size)
            gain = gain - now[others] - now[number]
            if gain.max() > most:
                pair = int(gain.argmax())
                most, group = float(gain[pair]), units[:, pair]
                rest = [place for place in range(len(group)) if place not in set(one[pair].tolist())]
                halves = [group[one[pair]].tolist(), group[rest].tolist()]
                chosen = (int(others[pair]), number, [half for half in halves if half])
    return chosen


def _halves(ground: Ground, units: Places, size: int) -> tuple[NDArray[np.float64], Places]:
    """(pairs,) the most that `size` of (m, pairs) units and the rest are worth, and (pairs, size) places of those."""
    count, most = len(units), ground.terms.maximum
    if count - size > most:
        return np.full(units.shape[1], -np.inf), np.zeros((units.shape[1], size), np.intp)
    worth, some = Worth(ground, units), combos_of(count, size)
    # Subsets are in the order of their places, so that what each leaves stands from the other end.
    total = worth.of(combos_of(count, count - size))[::-1].astype(np.float64)
    if size:
        total = total + worth.of(some)
    best = total.argmax(axis=0)
    return total[best, np.arange(units.shape[1])], some.members[best]


def _lines(teams: list[list[int]]) -> Places:
    width = max(len(team) for team in teams)
    return np.array([team + [-1] * (width - len(team)) for team in teams], np.intp)
