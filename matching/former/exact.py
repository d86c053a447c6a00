"""The best matching of few units, for certain: dynamic programming over subsets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.tables import combos_of
from matching.former.worth import NEVER, Worth

MOST_UNITS = 12
Places = NDArray[np.intp]


def best_split(ground: Ground) -> list[list[int]]:
    """The split of at most twelve units that is worth most: lists of places on the ground, single ones left over.

    best(S) = max over teams T in S that hold the first unit of S of worth(T) + best(S without T). Of all sets that
    start with the first unit only the whole is needed, which halves the work.
    """
    count = len(ground)
    teams, worths = _possible(ground)
    best = np.full(1 << count, NEVER * 2)
    choice = np.zeros(1 << count, np.int64)
    best[0] = 0.0
    first = teams & -teams
    for unit in reversed(range(count)):
        own = first == 1 << unit
        step = 1 << (unit + 1)
        sets = np.arange(1 << unit, 1 << count, step) if unit else np.array([(1 << count) - 1])
        _extend(best, choice, sets, teams[own], worths[own])
    return _traced(choice, count)


def _possible(ground: Ground) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Subsets that may be teams, or are one unit left over, as sets of bits; and their worth."""
    units = np.arange(len(ground))[:, None]
    worth = Worth(ground, units)
    teams, worths = [], []
    for size in range(1, min(ground.terms.maximum, len(ground)) + 1):
        combos = combos_of(len(ground), size)
        teams.append(np.bitwise_or.reduce(1 << combos.members.astype(np.int64), axis=1))
        worths.append(worth.of(combos)[:, 0].astype(np.float64))
    found, values = np.concatenate(teams), np.concatenate(worths)
    return found[values > NEVER], values[values > NEVER]


def _extend(
    best: NDArray[np.float64],
    choice: NDArray[np.int64],
    sets: NDArray[np.int64],
    teams: NDArray[np.int64],
    worths: NDArray[np.float64],
) -> None:
    """Finds the best team for the first unit of each of `sets`; `best` of what then remains is known."""
    is_part = (teams[None, :] & ~sets[:, None]) == 0
    value = np.where(is_part, worths + best[sets[:, None] & ~teams[None, :]], NEVER * 4)
    chosen = value.argmax(axis=1)
    best[sets], choice[sets] = value[np.arange(len(sets)), chosen], teams[chosen]


def _traced(choice: NDArray[np.int64], count: int) -> list[list[int]]:
    rest, found = (1 << count) - 1, []
    while rest:
        team = int(choice[rest])
        found.append([unit for unit in range(count) if team >> unit & 1])
        rest ^= team
    return found
