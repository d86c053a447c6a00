"""Team after team, each started by whoever is hardest to place and has waited longest."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.rules import ISOLATES, LEVEL_OF
from matching.former.types import Rule

_BARRED = -np.inf


class Greedy:
    """Who is `free` on a ground, and teams made of them."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.free = ~ground.lobby
        self.pairs = ground.flat if ground.bounded is None else ground.flat + ground.bounded
        self.seats = ground.seats.astype(np.int64)
        self.may_isolate = ground.level >= LEVEL_OF[Rule.NO_ISOLATION]

    def fill(self, lobbies: NDArray[np.intp]) -> list[list[int]]:
        """Each lobby with as many as it lacks to the ideal size, if they are to be found."""
        teams = [self._grown(int(lobby)) for lobby in lobbies]
        short = [self._is_short(team, self.ground.terms.minimum) for team in teams]
        for team, is_short in zip(teams, short, strict=True):
            self.free[team[1:]] = is_short
        return [team[:1] if is_short else team for team, is_short in zip(teams, short, strict=True)]

    def gather(self, seeds: NDArray[np.bool_]) -> list[list[int]]:
        """A team of the ideal size around each of the seeds that is still free and finds one."""
        teams = []
        for seed in self._in_order(np.flatnonzero(seeds & self.free)):
            if self.free[seed] and self.seats[seed] <= self.ground.terms.size:
                self.free[seed] = False
                team = self._grown(seed)
                if self._is_short(team, self.ground.terms.size):
                    self.free[team] = True
                else:
                    teams.append(team)
        return teams

    def _is_short(self, team: list[int], of: int) -> bool:
        return sum(int(self.seats[unit]) for unit in team) < of

    def _in_order(self, seeds: NDArray[np.intp]) -> list[int]:
        """By level, then the largest parties, then in order of wait."""
        order = np.lexsort((-self.seats[seeds], -self.ground.level[seeds].astype(np.int64)))
        return [int(seed) for seed in seeds[order]]

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
        if ground.met is not None and level < LEVEL_OF[Rule.NO_RECENT]:
            value[ground.met[team].any(axis=0)] = _BARRED
        if ground.can_isolate:
            isolating = ISOLATES[(genders + ground.genders) & (len(ISOLATES) - 1)] & (self.seats == seats_left)
            # Where it may be, only if there is nobody else.
            value[isolating] -= 0.5
            if level < LEVEL_OF[Rule.NO_ISOLATION]:
                value[isolating & ~self.may_isolate] = _BARRED
