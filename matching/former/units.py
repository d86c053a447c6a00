"""Units: who moves as one. A person who came alone, a party, or a lobby with those who sit in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.former.pairs import PairSet, coded
from matching.former.rules import levels, packed_gender
from matching.former.types import UNSTATED, Pool, Terms, Weights


@dataclass(frozen=True, slots=True)
class Units:
    """A row for each of the u units: who waits first, in order of the longest wait, then the lobbies."""

    rows: NDArray[np.intp]  # (u, widest) rows of the pool, UNSTATED where there are fewer
    people: NDArray[np.int16]  # (u,) how many rows
    seats: NDArray[np.int16]  # (u,) seats taken: `people`, or those of a lobby
    waiting: NDArray[np.int16]  # (u,) people who wait: none in a lobby
    longest: NDArray[np.float64]  # (u,) seconds, of those who wait
    waits: NDArray[np.float64]  # (u,) Σ min(1, waited / promise) over those who wait
    level: NDArray[np.int8]  # (u,)
    languages: NDArray[np.uint64]  # (u,) in common; none where a party can never be a team
    genders: NDArray[np.int16]  # (u,) packed counts
    lobby: NDArray[np.int32]  # (u,) UNSTATED for who waits

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def number_waiting(self) -> int:
        """Units before the lobbies."""
        return int(np.count_nonzero(self.lobby == UNSTATED))


class Problem:
    """All that a run is given, and what is worked out from it once."""

    def __init__(self, pool: Pool, terms: Terms, weights: Weights, free: NDArray[np.int32] | None) -> None:
        self.pool, self.terms, self.weights = pool, terms, weights
        self.codes = coded(pool)
        self.recent = PairSet.of(pool.recent, len(pool))
        self.blocked = PairSet.of(pool.blocks, len(pool))
        self.units = units_of(self, _free(pool, terms, free))

    @cached_property
    def unit_of(self) -> NDArray[np.intp]:
        """(n,) the unit of each row; UNSTATED for who sits in a lobby that is full."""
        found = np.full(len(self.pool), UNSTATED, np.intp)
        units, columns = np.nonzero(self.units.rows >= 0)
        found[self.units.rows[units, columns]] = units
        return found

    def between(self, pairs: PairSet) -> NDArray[np.intp]:
        """(p, 2) pairs of different units that such a pair connects; what is within one is its own affair."""
        found = self.unit_of[pairs.pairs]
        return np.asarray(found[(found >= 0).all(axis=1) & (found[:, 0] != found[:, 1])])

    @cached_property
    def unit_blocks(self) -> NDArray[np.intp]:
        return self.between(self.blocked)

    @cached_property
    def unit_recents(self) -> NDArray[np.intp]:
        return self.between(self.recent)


def _free(pool: Pool, terms: Terms, free: NDArray[np.int32] | None) -> NDArray[np.int32]:
    """(lobbies,) seats free up to the maximum; without it as many as the lobby's rows leave."""
    members = np.bincount(pool.lobbies[pool.lobbies >= 0], minlength=0 if free is None else len(free))
    if free is None:
        return np.maximum(terms.maximum - members, 0).astype(np.int32)
    if len(members) > len(free):
        raise ValueError("`lobby_free` names fewer lobbies than the pool.")
    return np.clip(free, 0, terms.maximum).astype(np.int32)


def units_of(problem: Problem, free: NDArray[np.int32]) -> Units:
    """The units of the pool. A lobby without a seat, or without anybody in it, is none."""
    pool, terms = problem.pool, problem.terms
    rows = _rows_by_unit(pool, free)
    there = rows >= 0
    people = there.sum(axis=1).astype(np.int16)
    lobby = pool.lobbies[rows[:, 0]].astype(np.int32)
    is_lobby = lobby >= 0
    waited = np.where(there & ~is_lobby[:, None], pool.waited[rows], -1.0)
    longest = waited.max(axis=1, initial=-1.0)
    share = np.minimum(1.0, waited / terms.promise) if terms.promise > 0 else np.ones_like(waited)
    languages = np.bitwise_and.reduce(np.where(there, pool.languages[rows], ~np.uint64(0)), axis=1)
    return Units(
        rows=rows,
        people=people,
        seats=np.where(is_lobby, terms.maximum - free[lobby] if len(free) else 0, people).astype(np.int16),
        waiting=np.where(is_lobby, 0, people).astype(np.int16),
        longest=longest,
        waits=np.where(waited >= 0, share, 0.0).sum(axis=1),
        level=levels(longest, terms) * ~is_lobby,
        languages=np.where(_at_odds(problem, rows, is_lobby), np.uint64(0), languages),
        genders=np.where(there, packed_gender(problem.codes["gender"])[rows], 0).sum(axis=1).astype(np.int16),
        lobby=lobby,
    )


def _rows_by_unit(pool: Pool, free: NDArray[np.int32]) -> NDArray[np.intp]:
    """(u, widest) who waits by the longest wait in the unit, then by row; lobbies with a seat last, by number."""
    rows = np.flatnonzero(pool.lobbies < 0)
    if len(free):
        rows = np.flatnonzero((pool.lobbies < 0) | (free[pool.lobbies] > 0))
    kind = np.where(pool.lobbies[rows] >= 0, 2, np.where(pool.parties[rows] >= 0, 1, 0))
    number = np.choose(kind, [rows, pool.parties[rows], pool.lobbies[rows]])
    units, unit = np.unique(kind * (np.int64(1) << 40) + number, return_inverse=True)
    unit = unit.reshape(-1)
    longest, first = np.full(len(units), -1.0), np.full(len(units), len(pool))
    np.maximum.at(longest, unit, np.where(kind == 2, -1.0, pool.waited[rows]))
    np.minimum.at(first, unit, rows)
    rank = np.empty(len(units), np.intp)
    rank[np.lexsort((np.where(units >> 40 == 2, units, first), -longest))] = np.arange(len(units))
    return _filled(rows, rank[unit], len(units))


def _filled(rows: NDArray[np.intp], unit: NDArray[np.intp], units: int) -> NDArray[np.intp]:
    """Rows, each in the line of its unit from the left on; UNSTATED behind them."""
    order = np.argsort(unit, kind="stable")
    rows, unit = rows[order], unit[order]
    column = np.arange(len(rows)) - np.searchsorted(unit, unit)
    found = np.full((units, int(column.max(initial=0)) + 1), UNSTATED, np.intp)
    found[unit, column] = rows
    return found


def _at_odds(problem: Problem, rows: NDArray[np.intp], is_lobby: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Parties with a block inside: whole they cannot be a team, and in parts they must not."""
    found = np.zeros(len(rows), np.bool_)
    for one in range(rows.shape[1]):
        for other in range(one):
            both = (rows[:, one] >= 0) & (rows[:, other] >= 0) & ~is_lobby
            found |= both & problem.blocked.has(np.maximum(rows[:, one], 0), np.maximum(rows[:, other], 0))
    return found
