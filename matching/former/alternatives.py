"""Runners-up: for each team the best other one that its longest-waiting member could have been in."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.pairs import Floats
from matching.former.tables import Combos, combos_of
from matching.former.units import Problem
from matching.former.worth import NEVER, Worth

Places = NDArray[np.intp]
# The longest-waiting member and their best partners: five by what they add, three of the same or no stated gender,
# with whom a team isolates nobody. In a pool no larger than that everybody.
PARTNERS, ALIKE = 5, 3
_LAST = -(2.0**40)


class Alternatives:
    """By team, as its units in order: the units of its runner-up."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.found: dict[tuple[int, ...], tuple[int, ...]] = {}

    def look(self, ground: Ground, split: list[list[int]]) -> None:
        """Finds the runner-up of each team of a split of this ground."""
        teams = [team for team in split if not all(ground.lobby[place] for place in team)]
        seeds = np.array([min(place for place in team if not ground.lobby[place]) for team in teams], np.intp)
        if len(seeds):
            members = ground.members.tolist()
            for team, other in zip(teams, self._best(ground, teams, seeds), strict=True):
                self.found[self._key(members, team)] = self._key(members, other)

    def of(self, team: list[int]) -> tuple[int, ...]:
        """Units of the runner-up; none if no other team was possible."""
        return self.found.get(tuple(sorted(team)), ())

    @staticmethod
    def _key(members: list[int], team: list[int]) -> tuple[int, ...]:
        return tuple(sorted([members[place] for place in team]))

    def _best(self, ground: Ground, teams: list[list[int]], seeds: Places) -> list[list[int]]:
        """Of all teams of a seed and its partners the one worth most for each person, other than the seed's own."""
        groups = np.concatenate([seeds[None, :], self._partners(ground, seeds)])
        worth = Worth(ground, groups)
        most = np.full(len(seeds), NEVER)
        best: list[list[int]] = [[] for _ in seeds]
        widest = max(map(len, teams))
        own = np.array([team + [-1] * (widest - len(team)) for team in teams], np.intp)
        for size in range(1, min(ground.terms.maximum, len(groups)) + 1):
            if not self._may_have(ground, size):
                continue
            combos = _with_first(len(groups), size)
            # A party may be a team alone; the group's other units for themselves are not the seed's.
            values = self._each(ground, groups, combos.members, worth.of(combos))
            values[1:] = NEVER if size == 1 else values[1:]
            self._bar(values, groups, combos.members, own)
            chosen = values.argmax(axis=0)
            value = values[chosen, np.arange(len(seeds))]
            for number in np.flatnonzero(value > np.maximum(most, 0.0)).tolist():
                most[number] = value[number]
                best[number] = groups[combos.members[chosen[number]], number].tolist()
        return best

    @staticmethod
    def _may_have(ground: Ground, size: int) -> bool:
        """Where everybody came alone and just now, only the ideal size is a team."""
        return not ground.singles or ground.highest > 0 or size == ground.terms.size

    @staticmethod
    def _each(ground: Ground, groups: Places, members: Places, worth: Floats) -> NDArray[np.float64]:
        """Worth by person who waits."""
        waiting = ground.waiting[groups].astype(np.float64)
        return np.asarray(worth.astype(np.float64) / np.maximum(waiting[members].sum(axis=1), 1))

    @staticmethod
    def _bar(values: NDArray[np.float64], groups: Places, members: Places, own: Places) -> None:
        """Strikes out the seeds' own teams, of which some have as many units as these combinations."""
        size = members.shape[1]
        is_size = np.flatnonzero((own >= 0).sum(axis=1) == size)
        if len(is_size):
            found = groups[:, is_size][members]
            same = (found[:, :, None, :] == own[is_size, :size].T[None, None]).any(axis=2).all(axis=1)
            combination, place = np.nonzero(same)
            values[combination, is_size[place]] = NEVER

    def _partners(self, ground: Ground, seeds: Places) -> Places:
        """(partners, seeds): everybody else if they are few, the best ones otherwise."""
        everybody = np.arange(len(ground))
        if len(ground) <= PARTNERS + ALIKE + 1:
            return np.array([everybody[everybody != seed] for seed in seeds], np.intp).reshape(len(seeds), -1).T
        value = self._values(ground, seeds)
        best = _highest(value, PARTNERS)
        others = (ground.genders[seeds][:, None] != ground.genders[None, :]) & (ground.genders != 0)
        value -= others * value.dtype.type(2)
        return np.concatenate([best, _highest(value, ALIKE)])

    @staticmethod
    def _values(ground: Ground, seeds: Places) -> Floats:
        """What each unit adds to each seed; last come those who may not, a lobby or the seed itself."""
        value = ground.flat[seeds] if ground.bounded is None else ground.flat[seeds] + ground.bounded[seeds]
        if not ground.universal:
            value[(ground.languages[seeds][:, None] & ground.languages[None, :]) == 0] = _LAST
        value[:, ground.lobby] = _LAST
        value[np.arange(len(seeds)), seeds] = 2 * _LAST
        return value


@cache
def _with_first(units: int, size: int) -> Combos:
    combos = combos_of(units, size)
    first = (combos.members == 0).any(axis=1)
    if size == 1:
        # Whoever is left over is weighed among all units.
        return combos
    return Combos(units, size, combos.members[first], combos.pairs[first])


def _highest(value: Floats, number: int) -> Places:
    """(number, lines) places of the highest values of each line, which are struck out; a few passes beat sorting."""
    found = np.empty((number, len(value)), np.intp)
    for place in range(number):
        found[place] = value.argmax(axis=1)
        value[np.arange(len(value)), found[place]] = 4 * _LAST
    return found
