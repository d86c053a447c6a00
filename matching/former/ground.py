"""The ground on which a search runs: a few hundred units, what each pair of them adds, and what any team is worth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.former.matrix import PairMatrix
from matching.former.pairs import CODED, Floats, PairSum, most_unlike
from matching.former.rules import BITS_OF_A_CATEGORY, EMPTY_SEAT, GENDERS, LEFT_OUT
from matching.former.scoring import size_score
from matching.former.units import Problem

Places = NDArray[np.intp]

# What a pair adds that must not meet: no team with it has a score above 0.
_APART = -(2.0**12)
# Up to here sums are exact to the last digits that anybody is shown; beyond, single precision is twice as fast.
EXACT_UNITS = 64


class Ground:
    """Units by their place on this ground, 0 to n − 1. Pair matrices are symmetric, (n, n)."""

    def __init__(self, problem: Problem, members: Places) -> None:
        self.problem, self.members, self.terms = problem, members, problem.terms
        units = problem.units
        self.dtype: type[np.float32 | np.float64] = np.float64 if len(members) <= EXACT_UNITS else np.float32
        self.seats, self.people = units.seats[members], units.people[members]
        self.waiting, self.level = units.waiting[members], units.level[members]
        self.languages, self.genders = units.languages[members], units.genders[members]
        self.lobby = units.lobby[members] >= 0
        self.singles = bool((self.people == 1).all() and not self.lobby.any())
        self.universal = bool(np.bitwise_and.reduce(self.languages, initial=~np.uint64(0)))
        self.lowest, self.highest = int(self.level.min(initial=3)), int(self.level.max(initial=0))
        self._weigh()

    def __len__(self) -> int:
        return len(self.members)

    def _weigh(self) -> None:
        """All that s_T is added up from, each divided by the sum of weights."""
        weights, terms = self.problem.weights, self.terms
        total = sum(getattr(weights, name) for name in (*CODED, "interests", "novelty", "size", "wait"))
        self.flat, self.bounded = self._pairs(total)
        self.waits = (self.problem.units.waits[self.members] * weights.wait / total).astype(self.dtype)
        seats = range(terms.maximum * terms.maximum + 1)
        sizes = [weights.size / total * size_score(terms, taken) for taken in seats]
        self.size_terms = np.array(sizes, self.dtype)
        self.left_over = np.negative(LEFT_OUT[self.level] * self.waiting).astype(self.dtype)
        self.left_over[self.lobby] = -EMPTY_SEAT * np.maximum(terms.size - self.seats[self.lobby], 0)

    def _pairs(self, total: float) -> tuple[Floats, Floats | None]:
        """What a pair adds whatever the team's size, and what is to be divided by how unlike so many can be.

        The latter is None, and in the former, where all teams that may occur have the same bound.
        Two units with a block between them add so little that no team with both is worth anything.
        """
        novelty = self.problem.weights.novelty / total
        any_size = PairMatrix(len(self), len(self._rows), self.dtype, novelty)
        any_size.clear(self._local(self.problem.recent.pairs))
        by_size = PairMatrix(len(self), len(self._rows), self.dtype) if len(self._bounds) > 1 else None
        self._add_criteria(any_size, by_size, total)
        others = list(self._others())
        self.within_flat, flat = any_size.by_unit(others)
        for left, right in self._of_units(self.problem.unit_blocks):
            flat[left, right] = flat[right, left] = _APART
        if by_size is None:
            return flat, None
        self.within_bounded, bounded = by_size.by_unit(others)
        return flat, bounded

    def _add_criteria(self, flat: PairMatrix, bounded: PairMatrix | None, total: float) -> None:
        rows, weight_of_interests = self._rows, self.problem.weights.interests / total
        codes, alike = {name: self.problem.codes[name][rows] for name in CODED}, self._alike(total, bounded is not None)
        interests = self.problem.pool.interests[rows]
        parts = zip(flat.parts(), flat.parts() if bounded is None else bounded.parts(), strict=True)
        for part, part_by_size in parts:
            any_size = PairSum(*part)
            by_size = any_size if bounded is None else PairSum(*part_by_size)
            for (is_bounded, weight), names in alike.items():
                (by_size if is_bounded else any_size).add_unlike([codes[name] for name in names], weight)
            if weight_of_interests:
                any_size.add_interests_apart(interests, weight_of_interests)
            any_size.done()
            if bounded is not None:
                by_size.done()

    def _alike(self, total: float, by_size: bool) -> dict[tuple[bool, float], list[str]]:
        """Criteria by what an unlike pair adds, and whether that is still to be divided by a team's bound."""
        found: dict[tuple[bool, float], list[str]] = {}
        for name, categories in CODED.items():
            if weight := getattr(self.problem.weights, name) / total:
                is_bounded = by_size and categories is not None
                bound = 1.0 if is_bounded or categories is None else min(self._bounds)
                found.setdefault((is_bounded, weight / bound), []).append(name)
        return found

    @cached_property
    def _bounds(self) -> set[float]:
        """How unlike teams of each size that may occur here can be, in three categories."""
        only_ideal = self.highest == 0 and self.singles
        sizes = [self.terms.size] if only_ideal else range(self.terms.minimum, self.terms.maximum + 1)
        return {most_unlike(size, GENDERS) for size in sizes}

    @cached_property
    def _rows(self) -> Places:
        """Of the pool: the first of each unit, then the second of all that have one, and so on."""
        rows = self.problem.units.rows[self.members].T
        return rows[rows >= 0]

    def _local(self, pairs: Places) -> Places:
        """Those pairs of rows of the pool whose both ends are here, by their place among `_rows`."""
        if not len(pairs):
            return pairs
        place = np.full(len(self.problem.pool), -1, np.intp)
        place[self._rows] = np.arange(len(self._rows))
        found = place[pairs]
        return found[(found >= 0).all(axis=1)]

    def _of_units(self, pairs: Places) -> Places:
        if not len(pairs):
            return pairs
        place = np.full(len(self.problem.units), -1, np.intp)
        place[self.members] = np.arange(len(self.members))
        found = place[pairs]
        return found[(found >= 0).all(axis=1)]

    def _others(self) -> Iterator[tuple[Places, slice]]:
        """The units with a second person, and where after the first of each unit those are; then with a third."""
        end = 0
        for further in range(1, int(self.people.max(initial=1))):
            wide = np.flatnonzero(self.people > further)
            yield wide, slice(end, end + len(wide))
            end += len(wide)

    @cached_property
    def met(self) -> NDArray[np.int8] | None:
        """1 for units with people who were in a team together lately; None if there are none here."""
        pairs = self._of_units(self.problem.unit_recents)
        if not len(pairs):
            return None
        found = np.zeros((len(self), len(self)), np.int8)
        found[pairs[:, 0], pairs[:, 1]] = found[pairs[:, 1], pairs[:, 0]] = 1
        return found

    @cached_property
    def can_isolate(self) -> bool:
        """Whether two stated categories of gender occur here, so that one of them can be alone."""
        return sum(bool((self.genders >> BITS_OF_A_CATEGORY * number & 7).any()) for number in range(GENDERS)) > 1

    @cached_property
    def by_people(self) -> tuple[Floats, Floats]:
        """One over the number of pairs of so many people, and the same over how unlike they can be; 0 below two."""
        people = np.arange(self.terms.maximum * self.terms.maximum + 1)
        pairs = people * (people - 1) // 2
        unlike_most = [most_unlike(int(number), GENDERS) if number > 1 else 1.0 for number in people]
        share = np.where(pairs > 0, 1 / np.maximum(pairs, 1), 0.0)
        return share.astype(self.dtype), (share / unlike_most).astype(self.dtype)
