"""What teams are worth, for millions of them at once: |T|·g(s_T) less the penalties of `rules`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.pairs import Floats
from matching.former.rules import EMPTY_SEAT, ISOLATES, ISOLATING, LEVEL_OF, MET_LATELY
from matching.former.tables import Combos, pairs_of
from matching.former.types import Rule

Numbers = NDArray[Any]

# Worth of a team that may not be, far below every sum of penalties.
NEVER = -(2.0**40)


class Worth:
    """Groups of m units each, (m, groups) places on a ground, whose subsets are weighed together.

    Nobody gathers a unit's or a pair's figures twice: subsets add up rows of what was gathered for their group.
    """

    def __init__(self, ground: Ground, units: NDArray[np.intp]) -> None:
        self.ground, self.units = ground, units
        one, other = (units[side] for side in pairs_of(len(units)))
        self.flat = ground.flat[one, other]
        self.bounded = None if ground.bounded is None else ground.bounded[one, other]
        self.met = None if ground.met is None else ground.met[one, other]
        self.waits = ground.waits[units]
        self.level = None if ground.lowest == ground.highest else ground.level[units]
        self.languages = None if ground.universal else ground.languages[units]
        self.genders = ground.genders[units] if ground.can_isolate else None
        counts = (ground.people, ground.seats, ground.waiting)
        self.counts = None if ground.singles else [each[units] for each in counts]

    def of(self, combos: Combos) -> Floats:
        """(c, groups) what each subset is worth as a team; one unit for itself may also be left over."""
        level = self._level(combos)
        people, seats, waiting = self._counts(combos)
        barred = self._wrong_size(combos, seats, level)
        score = self._score(combos, people, seats, waiting)
        worth = waiting * (2 * score / (1 + score)) - self._empty_seats(combos, seats)
        barred = barred | (score < 0) | self._speechless(combos)
        worth, barred = self._soft(combos, worth, barred, level)
        worth = np.where(barred, worth.dtype.type(NEVER), worth)
        if combos.size == 1:
            np.maximum(worth, self.ground.left_over[self.units], out=worth)
        return np.asarray(worth)

    def _counts(self, combos: Combos) -> tuple[Any, Any, Any]:
        """People, seats, people who waited: numbers where everybody came alone, (c, groups) otherwise."""
        if self.counts is None:
            return combos.size, combos.size, self.ground.dtype(combos.size)
        people, seats, waiting = (total(each, combos.members) for each in self.counts)
        return people, seats, waiting.astype(self.ground.dtype)

    def _level(self, combos: Combos) -> Any:
        if self.level is None:
            return self.ground.highest
        level = self.level.take(combos.members[:, 0], axis=0)
        for column in combos.members.T[1:]:
            np.maximum(level, self.level.take(column, axis=0), out=level)
        return level

    def _wrong_size(self, combos: Combos, seats: Any, level: Any) -> Any:
        terms = self.ground.terms
        before = level < LEVEL_OF[Rule.IDEAL_SIZE]
        out_of_range = (seats < terms.minimum) | (seats > terms.maximum)
        if self.counts is None:
            return out_of_range | ((seats != terms.size) & before)
        lobbies = self._lobbies(combos)
        not_ideal = np.where(lobbies > 0, seats > terms.size, seats != terms.size)
        # A lobby to which nobody is added is no team.
        return out_of_range | (not_ideal & before) | (lobbies > 1) | (lobbies == combos.size)

    def _lobbies(self, combos: Combos) -> Any:
        return total(self.ground.lobby[self.units].astype(np.int8), combos.members)

    def _empty_seats(self, combos: Combos, seats: Any) -> Any:
        """What seats cost that a lobby still lacks to the ideal size."""
        if self.counts is None:
            return 0
        lacking = np.maximum(self.ground.terms.size - seats, 0) * (self._lobbies(combos) > 0)
        return lacking * self.ground.dtype(EMPTY_SEAT)

    def _score(self, combos: Combos, people: Any, seats: Any, waiting: Any) -> Any:
        ground = self.ground
        flat_share, bounded_share = ground.by_people
        score = self._pair_sum(combos, self.flat, ground.within_flat) * flat_share[people]
        if self.bounded is not None:
            score += self._pair_sum(combos, self.bounded, ground.within_bounded) * bounded_share[people]
        score += ground.size_terms[seats]
        score += total(self.waits, combos.members) / np.maximum(waiting, 1)
        return score

    def _pair_sum(self, combos: Combos, pairs: Floats, within: Floats) -> Any:
        if combos.size == 1:
            return within[self.units]
        added = total(pairs, combos.pairs)
        return added if self.counts is None else added + total(within[self.units], combos.members)

    def _speechless(self, combos: Combos) -> Any:
        """No language in common."""
        if self.languages is None:
            return False
        common = self.languages.take(combos.members[:, 0], axis=0)
        for column in combos.members.T[1:]:
            common &= self.languages.take(column, axis=0)
        return common == 0

    def _soft(self, combos: Combos, worth: Any, barred: Any, level: Any) -> tuple[Any, Any]:
        """Rules that give way with time: barred before, a penalty after."""
        if self.met is not None and combos.size > 1:
            met = total(self.met, combos.pairs)
            worth = worth - worth.dtype.type(MET_LATELY) * met
            barred = barred | ((met > 0) & (level < LEVEL_OF[Rule.NO_RECENT]))
        if self.genders is not None and combos.size > 1:
            isolating = ISOLATES[total(self.genders, combos.members) & (len(ISOLATES) - 1)]
            worth = worth - worth.dtype.type(ISOLATING) * isolating
            barred = barred | (isolating & (level < LEVEL_OF[Rule.NO_ISOLATION]))
        return worth, barred


def total(values: Numbers, columns: NDArray[np.intp]) -> Numbers:
    """Rows of (m, groups) added up as each line of (c, b) `columns` names them, always in this order: (c, groups)."""
    added = values.take(columns[:, 0], axis=0)
    for column in columns.T[1:]:
        added += values.take(column, axis=0)
    return added
