"""The plain way, to compare with: teams grown greedily one after the other, then swaps of two people while they pay.

It moves people as fast as the former does, many swaps at a time on the same arrays, so that what is compared is the
method and not the language it is written in. It knows only pools in which everybody came alone and sizes stay.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.tables import combos_of
from matching.former.types import Pool, Terms, Weights
from matching.former.units import Problem
from matching.former.worth import Worth

Places = NDArray[np.intp]


def score(pool: Pool, terms: Terms, weights: Weights, *, seed: int, seconds: float) -> float:
    """Σ |T|·g(s_T) / N of teams of the ideal size after so many seconds of the processor."""
    end = time.process_time() + seconds
    problem = Problem(pool, terms, weights, None)
    plain = _GreedySwaps(Ground(problem, np.arange(len(pool))), np.random.default_rng(seed))
    while time.process_time() < end:
        plain.swap()
    return float(plain.worth.sum() / len(pool))


class _GreedySwaps:
    """`teams` are (size, t) places on the ground, `worth` what each is worth."""

    def __init__(self, ground: Ground, random: np.random.Generator) -> None:
        self.ground, self.random, self.size = ground, random, ground.terms.size
        self.teams = self._grown()
        self.worth = self._worth(self.teams)

    def _worth(self, teams: Places) -> NDArray[np.float64]:
        return np.asarray(Worth(self.ground, teams).of(combos_of(self.size, self.size))[0], np.float64)

    def _grown(self) -> Places:
        """Each team starts with who waited longest and takes whoever adds most, where that leaves nobody isolated."""
        free = np.ones(len(self.ground), np.bool_)
        teams = []
        for _ in range(len(self.ground) // self.size):
            team = [int(free.argmax())]
            free[team] = False
            while len(team) < self.size:
                team.append(self._next(team, np.flatnonzero(free)))
                free[team] = False
            teams.append(team)
        return np.array(teams, np.intp).T

    def _next(self, team: list[int], free: Places) -> int:
        gain = self.ground.flat[np.ix_(np.array(team), free)].sum(axis=0)
        if len(team) == self.size - 1:
            gain += self._worth(np.concatenate([np.tile(np.array(team)[:, None], len(free)), free[None, :]]))
        return int(free[gain.argmax()])

    def swap(self) -> None:
        """Teams two by two at random; in each two, one person of each changes places if that makes up more."""
        order = self.random.permutation(self.teams.shape[1])
        half = len(order) // 2
        one, other = order[:half], order[half : 2 * half]
        left, right = self.random.integers(self.size, size=(2, half))
        new_one, new_other = self.teams[:, one], self.teams[:, other]
        pairs = np.arange(half)
        new_one[left, pairs], new_other[right, pairs] = new_other[right, pairs], new_one[left, pairs]
        worth_one, worth_other = self._worth(new_one), self._worth(new_other)
        better = worth_one + worth_other > self.worth[one] + self.worth[other] + 1e-9
        for numbers, teams, worth in ((one, new_one, worth_one), (other, new_other, worth_other)):
            self.teams[:, numbers[better]], self.worth[numbers[better]] = teams[:, better], worth[better]
