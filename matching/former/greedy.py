"""A first matching: team after team, each started by whoever is hardest to place and has waited longest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.rules import ISOLATES, LEVEL_OF, PROMISED
from matching.former.types import Rule

_BARRED = -np.inf


def first_split(ground: Ground) -> list[list[int]]:
    """Lobbies filled to the ideal size, then teams of it; whoever is left over stands alone. Places on the ground."""
    return _Greedy(ground).split()


class _Greedy:
    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.free = ~ground.lobby
        self.pairs = ground.flat if ground.bounded is None else ground.flat + ground.bounded
        self.seats = ground.seats.astype(np.int64)
        self.may_isolate = ground.level >= LEVEL_OF[Rule.NO_ISOLATION]

    def split(self) -> list[list[int]]:
        lobbies = np.flatnonzero(self.ground.lobby)
        teams = [self._grown(int(lobby)) for lobby in lobbies]
        for seed in self._seeds():
            if self.free[seed] and self._enough_left(seed):
                self.free[seed] = False
                team = self._grown(seed)
                if sum(int(self.seats[unit]) for unit in team) < self.ground.terms.size:
                    self.free[team] = True
                else:
                    teams.append(team)
        return [*teams, *([int(unit)] for unit in np.flatnonzero(self.free))]

    def _enough_left(self, seed: int) -> bool:
        return int(self.seats[seed]) <= self.ground.terms.size

    def _seeds(self) -> list[int]:
        """By level, then the largest parties, then those with fewest to talk with, then in order of wait."""
        ground = self.ground
        partners = np.zeros(len(ground), np.int64)
        if not ground.universal:
            for number, languages in enumerate(ground.languages):
                partners[number] = np.count_nonzero(ground.languages & languages)
            # Only who is in a minority goes first for it.
            partners = np.minimum(partners, len(ground) // 2)
        order = np.lexsort((partners, -self.seats, -ground.level.astype(np.int64)))
        return [int(unit) for unit in order if not ground.lobby[unit]]

    def _grown(self, seed: int) -> list[int]:
        """The seed with one unit after another that adds most and may join, up to the ideal size."""
        ground, team = self.ground, [seed]
        gain: Any = self.pairs[seed].copy()
        languages, level = ground.languages[seed], int(ground.level[seed])
        taken, genders = int(self.seats[seed]), int(ground.genders[seed])
        while taken < ground.terms.size:
            value = np.where(self.free & (self.seats <= ground.terms.size - taken), gain, _BARRED)
            if not ground.universal:
                value[(ground.languages & languages) == 0] = _BARRED
            self._respect(value, team, level, genders, ground.terms.size - taken)
            chosen = int(value.argmax())
            if not value[chosen] > -1.0:
                break
            team.append(chosen)
            self.free[chosen] = False
            gain += self.pairs[chosen]
            languages &= ground.languages[chosen]
            level, taken = max(level, int(ground.level[chosen])), taken + int(self.seats[chosen])
            genders += int(ground.genders[chosen])
        return team

    def _respect(self, value: Any, team: list[int], level: int, genders: int, seats_left: int) -> None:
        """Soft rules: met lately, and nobody isolated once the team is complete."""
        ground = self.ground
        if ground.met is not None and level < PROMISED:
            value[ground.met[team].any(axis=0)] = _BARRED
        if ground.can_isolate:
            isolating = ISOLATES[(genders + ground.genders) & (len(ISOLATES) - 1)] & (self.seats == seats_left)
            value[isolating] -= 0.5
            if level < LEVEL_OF[Rule.NO_ISOLATION]:
                value[isolating & ~self.may_isolate] = _BARRED
