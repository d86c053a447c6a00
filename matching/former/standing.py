"""How teams stand, seat by seat: what remains of each without one person, and what anybody would add to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.pairs import Floats
from matching.former.rules import BITS_OF_A_CATEGORY, GENDERS, ISOLATES, ISOLATING

Places = NDArray[np.intp]
NOBODY = -1
# So many lines at a time stay in the processor's cache.
LINES = 64
# One and the score of a team that must not be, kept above 0 where it stands below a fraction bar.
LOWEST = 0.5
# What a pair adds that met lately: no team with it scores above 0, and little of single precision is lost.
_MET = -64.0
# Packed counts of one person, unstated first.
_PERSON = np.array([0, *(1 << BITS_OF_A_CATEGORY * number for number in range(GENDERS))], np.int16)


class Standing:
    """By unit, (n,): its `team`, its `slot` there, its `category` of gender, and how its team stands without it.

    `leaves`, (categories, n), and `left`, (n, categories), are what is there now less what a newcomer of each category
    isolates in its place.

    `is_movable` are those who came alone and are in a team with others: only of them all figures mean something.
    `adds`, (t, n), is what each unit adds to each team's score.
    """

    def __init__(self, ground: Ground, teams: Places) -> None:
        self.ground, self.teams = ground, teams
        self.there = teams != NOBODY
        self.pairs = [ground.flat] if ground.bounded is None else [ground.flat, ground.bounded]
        if ground.met is not None:
            self.pairs[0] = np.where(ground.met > 0, ground.flat.dtype.type(_MET), ground.flat)
        self.team, self.slot = self._places()
        with_others = self.there.sum(axis=1) > 1
        self.is_movable = (ground.people == 1) & ~ground.lobby & with_others[self.team]
        now = self._weigh()
        self._ask_others()
        isolating = self._isolating()
        self.leaves, self.left = now - isolating.T, now[:, None] - isolating

    def _places(self) -> tuple[Places, Places]:
        """Where each unit is: every one of the ground is in one team."""
        team, slot = np.empty((2, len(self.ground)), np.intp)
        rows, columns = np.nonzero(self.there)
        units = self.teams[rows, columns]
        team[units], slot[units] = rows, columns
        return team, slot

    def _weigh(self) -> Floats:
        """`twice` the people over one and the score as it is; `without` is one and the score without this person.

        Who may not be moved has so little now that no swap pays.
        """
        ground = self.ground
        people, seats, waiting = (self._total(each) for each in (ground.people, ground.seats, ground.waiting))
        each = 1 / np.maximum(waiting, 1).astype(ground.dtype)
        inside = [ground.within_flat] if ground.bounded is None else [ground.within_flat, ground.within_bounded]
        shares = [share[people] for share in ground.by_people[: len(inside)]]
        score = 1 + ground.size_terms[seats] + self._total(ground.waits) * each
        without = -ground.waits * each[self.team]
        for mates, share, within in zip(self._among_mates(shares, each), shares, inside, strict=True):
            score += share * (mates.sum(axis=1) / 2 + self._total(within))
            without -= share[self.team] * mates[self.team, self.slot]
        self.share = [share[self.team] for share in shares]
        twice = 2 * waiting.astype(ground.dtype)
        self.without, self.twice = score[self.team] + without, twice[self.team]
        now = (twice / np.maximum(score, ground.dtype(LOWEST)))[self.team]
        return np.asarray(np.where(self.is_movable, now, ground.dtype(-np.inf)))

    def _among_mates(self, shares: list[Floats], each: Floats) -> list[Floats]:
        """Fills `adds`; for each matrix of pairs what each member adds to their own team, by team and slot."""
        ground, teams = self.ground, self.teams
        self.adds = np.empty((len(teams), len(ground)), ground.dtype)
        found = [np.zeros(teams.shape, ground.dtype) for _ in shares]
        for start in range(0, len(teams), LINES):
            lines = slice(start, start + LINES)
            np.multiply(each[lines, None], ground.waits, out=self.adds[lines])
            for pairs, share, mates in zip(self.pairs, shares, found, strict=True):
                sums = _rows(pairs, teams[lines])
                own = np.take_along_axis(sums, teams[lines], axis=1) - pairs[teams[lines], teams[lines]]
                np.copyto(mates[lines], own, where=self.there[lines])
                sums *= share[lines, None]
                self.adds[lines] += sums
        return found

    def _total(self, values: NDArray[Any]) -> NDArray[Any]:
        """Each team's units added up."""
        return np.asarray(np.where(self.there, values[self.teams], 0).sum(axis=1, dtype=values.dtype))

    def _ask_others(self) -> None:
        """What the others of the team allow: `languages` and `needed` waits, each only where people differ in it."""
        ground = self.ground
        width = self.teams.shape[1]
        without = [[other for other in range(width) if other != slot] for slot in range(width)]
        if not ground.universal:
            languages = np.where(self.there, ground.languages[self.teams], ~np.uint64(0))
            common = [np.bitwise_and.reduce(languages[:, others], axis=1) for others in without]
            self.languages = np.stack(common, axis=1)[self.team, self.slot]
        if ground.lowest < ground.highest:
            levels = np.where(self.there, ground.level[self.teams], 0)
            waited = np.stack([levels[:, others].max(axis=1, initial=0) for others in without], axis=1)
            seats = self._total(ground.seats)
            lobby = (self.there & ground.lobby[self.teams]).any(axis=1)
            is_ideal = np.where(lobby, seats <= ground.terms.size, seats == ground.terms.size)
            self.needed = ((waited == 0) & ~is_ideal[:, None])[self.team, self.slot].astype(np.int8)

    def _isolating(self) -> Floats:
        """(n, categories) what it costs that a newcomer of each category isolates somebody in one's place."""
        ground = self.ground
        if not ground.can_isolate:
            self.category = np.zeros(len(ground), np.intp)
            return np.zeros((len(ground), 1), ground.dtype)
        genders = self._total(ground.genders)
        self.category = (ground.genders[:, None] == _PERSON).argmax(axis=1)
        others = (genders[self.team] - ground.genders)[:, None] + _PERSON
        mask = len(ISOLATES) - 1
        more = ISOLATES[others & mask] * 1.0 - ISOLATES[genders[self.team] & mask][:, None]
        return np.asarray(more * ISOLATING, ground.dtype)


def _rows(pairs: Floats, teams: Places) -> Floats:
    """(t, n) rows of a matrix added up for each team."""
    sums = pairs.take(teams[:, 0], axis=0)
    more = np.empty_like(sums)
    for column in list(teams.T)[1:]:
        # Unlike "raise", "clip" writes to `out` without a copy.
        pairs.take(column, axis=0, out=more, mode="clip")
        more[column == NOBODY] = 0
        sums += more
    return sums
