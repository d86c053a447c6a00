"""Large-neighbourhood search: takes a few teams at a time apart and puts them together in the best of all ways.

Each round draws disjoint groups of teams, those left over among them, and looks at every split of each group at once.
Splits may change sizes, so that a pool is not bound to those it started with. A little noise on what teams are worth,
less from round to round of a cycle, lets small pools leave local optima; the best matching seen is kept. In large pools
most rounds after the first ones look for swaps between all teams instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.former.ground import Ground
from matching.former.standing import NOBODY
from matching.former.swaps import Swaps, worth_of
from matching.former.tables import Splits, count_splits, splits_of
from matching.former.worth import Worth

Places = NDArray[np.intp]
MOST_UNITS = 10
# Rounds until teams are good enough for swaps to pay: where all groups are of one make, and where they are dearer.
BEFORE_SWAPS, BEFORE_SWAPS_MIXED = 24, 8


@dataclass(slots=True)
class State:
    """Teams and those left over, of one or several chains that search side by side."""

    teams: Places  # (t, maximum) places on the ground, NOBODY where there are fewer
    chain: NDArray[np.intp]  # (t,)
    worth: NDArray[np.float64]  # (t,)


@dataclass(frozen=True, slots=True)
class Schedule:
    """How much noise in each round: falls from `heat` to nothing over a cycle, then again. It knows no clock."""

    chains: int
    heat: float
    cycle: int
    # A group has at most so many ways to be split: more cost more than they find.
    most_splits: int
    # From which round on two in three are swaps; None for never.
    swaps_from: int | None

    def is_swap(self, number: int) -> bool:
        return self.swaps_from is not None and number >= self.swaps_from and (number - self.swaps_from) % 3 < 2

    def noise(self, number: int) -> float:
        return self.heat * max(0.0, 1 - (number % self.cycle + 1) / (0.8 * self.cycle))


def schedule_for(ground: Ground) -> Schedule:
    units = len(ground)
    if units > 120:
        is_plain = ground.singles and ground.lowest == ground.highest
        swaps_from = BEFORE_SWAPS if is_plain else BEFORE_SWAPS_MIXED
        return Schedule(chains=1, heat=0.0, cycle=1, most_splits=1000, swaps_from=swaps_from)
    return Schedule(chains=max(2, min(24, 600 // units)), heat=0.08, cycle=24, most_splits=4000, swaps_from=None)


class Search:
    def __init__(self, ground: Ground, teams: list[list[int]], seed: int) -> None:
        self.ground = ground
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.schedule = schedule_for(ground)
        self.swaps = Swaps(ground, self.random)
        self.width = ground.terms.maximum
        self.per_group = max(2, 9 // ground.terms.size)
        self.state = self._started(teams)
        self.best, self.best_worth = self.state.teams[self.state.chain == 0], self._totals()[0]
        self.round = 0

    def run(self, more: Callable[[int], bool]) -> int:
        """Rounds as long as `more` says so of their number; how many there were."""
        while more(self.round):
            self.step()
        return self.round

    def split(self) -> list[list[int]]:
        return [[int(unit) for unit in team if unit != NOBODY] for team in self.best]

    def _started(self, teams: list[list[int]]) -> State:
        lines = np.array([team + [NOBODY] * (self.width - len(team)) for team in teams], np.intp)
        lines = lines.reshape(len(teams), self.width)
        chains = self.schedule.chains
        worth = worth_of(self.ground, lines)
        return State(np.tile(lines, (chains, 1)), np.repeat(np.arange(chains), len(lines)), np.tile(worth, chains))

    def _totals(self) -> NDArray[np.float64]:
        totals = np.bincount(self.state.chain, weights=self.state.worth, minlength=self.schedule.chains)
        return totals.astype(np.float64, copy=False)

    def step(self) -> None:
        if not (self.schedule.is_swap(self.round) and self._swap()):
            self._regroup(self.schedule.noise(self.round))
        self.round += 1
        self._keep_best()

    def _swap(self) -> bool:
        """False if everybody has looked for a swap already."""
        found = self.swaps.find(self.state.teams, self.state.worth)
        if found is None:
            return False
        self.state.teams[found.numbers], self.state.worth[found.numbers] = found.teams, found.worth
        return True

    def _regroup(self, noise: float) -> None:
        """Every team is in one group, drawn anew, and each group is split as well as it can be."""
        state = self.state
        order, starts = self._alike(state) if self._is_sorted() else self._mixed(state)
        state = State(state.teams[order], state.chain[order], state.worth[order])
        self.state = self._joined([self._resplit(state, *bucket, noise) for bucket in self._buckets(state, starts)])

    def _is_sorted(self) -> bool:
        """Where swaps are made, every other time teams of a size are grouped: groups are then of few makes."""
        return self.schedule.swaps_from is not None and self.round % 2 == 0

    def _mixed(self, state: State) -> tuple[Places, Places]:
        """An order of teams by chain and at random, and where in it groups start; a chain's last may be smaller."""
        order = np.lexsort((self.random.random(len(state.chain)), state.chain))
        chain = state.chain[order]
        first = np.searchsorted(chain, chain)
        return order, np.flatnonzero((np.arange(len(chain)) - first) % self.per_group == 0)

    def _alike(self, state: State) -> tuple[Places, Places]:
        """The same by size: as many of those left over as make a team take the place of one in a group."""
        lengths = (state.teams != NOBODY).sum(axis=1)
        order = np.lexsort((self.random.random(len(lengths)), lengths))
        alone, size = int(np.count_nonzero(lengths == 1)), self.ground.terms.size
        rank, with_alone = np.arange(len(lengths) - alone), -(-alone // size)
        beside = with_alone * (self.per_group - 1)
        group = np.where(
            rank < beside, rank // max(self.per_group - 1, 1), with_alone + (rank - beside) // self.per_group
        )
        group = np.concatenate([np.arange(alone) // size, group])
        by_group = np.argsort(group, kind="stable")
        return order[by_group], np.flatnonzero(np.diff(group[by_group], prepend=-1))

    def _buckets(self, state: State, starts: Places) -> list[tuple[Places, Splits | None]]:
        """Groups of the same make: (groups, teams in each) numbers of teams, and the splits to try."""
        ends = np.append(starts[1:], len(state.chain))
        there = state.teams != NOBODY
        lengths = there.sum(axis=1)
        units = np.add.reduceat(lengths, starts)
        alone = np.add.reduceat(lengths == 1, starts)
        wide, mixed = self._makes(state, there, starts)
        teams = ends - starts
        key = (((units * 32 + alone) * 2 + wide) * 2 + mixed) * 32 + teams
        found = []
        for one in np.unique(key):
            groups = np.flatnonzero(key == one)
            first = groups[0]
            numbers = starts[groups][:, None] + np.arange(teams[first])
            make = (int(units[first]), int(alone[first]), bool(wide[first]), bool(mixed[first]))
            found.append((numbers, self._splits(*make)))
        return found

    def _makes(self, state: State, there: NDArray[np.bool_], starts: Places) -> tuple[Places, Places]:
        """Of each group: whether somebody's wait opens other sizes, and whether not all came alone."""
        ground = self.ground
        wide = np.full(len(starts), int(ground.lowest > 0))
        if ground.lowest == 0 < ground.highest:
            impatient = ((ground.level[state.teams] > 0) & there).any(axis=1)
            wide = np.maximum.reduceat(impatient, starts).astype(np.intp)
        mixed = np.zeros(len(starts), np.intp)
        if not ground.singles:
            together = ((ground.lobby[state.teams] | (ground.seats[state.teams] > 1)) & there).any(axis=1)
            mixed = np.maximum.reduceat(together, starts).astype(np.intp)
        return wide, mixed

    def _splits(self, units: int, alone: int, wide: bool, mixed: bool) -> Splits | None:
        terms = self.ground.terms
        smallest, largest = (terms.minimum, terms.maximum) if wide else (terms.size, terms.size)
        if mixed:
            smallest, alone = 2, alone + 1
        if units > MOST_UNITS:
            return None
        most = self.schedule.most_splits
        while count_splits(units, smallest, largest, alone) > most and smallest < largest:
            smallest += 1
        if count_splits(units, smallest, largest, alone) > most:
            return None
        return splits_of(units, smallest, largest, alone)

    def _resplit(self, state: State, numbers: Places, splits: Splits | None, noise: float) -> State:
        """The best split of each group, or the group as it was where that is better."""
        kept = State(
            state.teams[numbers.reshape(-1)],
            np.repeat(state.chain[numbers[:, 0]], numbers.shape[1]),
            state.worth[numbers.reshape(-1)],
        )
        if splits is None or not len(splits.blocks.T):
            return kept
        groups = state.teams[numbers].reshape(len(numbers), -1)
        units = groups[groups != NOBODY].reshape(len(numbers), splits.of).T
        worth = Worth(self.ground, units)
        values = np.concatenate([worth.of(combos) for combos in splits.combos])
        values = np.concatenate([values, np.zeros((1, values.shape[1]), values.dtype)])
        chosen = _best_rows(self._noisy(values, noise), splits)
        blocks = splits.blocks[:, chosen]
        gained = values[blocks, np.arange(len(numbers))].astype(np.float64)
        better = gained.sum(axis=0) >= state.worth[numbers].sum(axis=1) - 3 * noise * numbers.shape[1] - 1e-6
        made = self._made(units, splits, blocks, gained, state.chain[numbers[:, 0]], better)
        stays = np.repeat(~better, numbers.shape[1])
        return self._joined([made, State(kept.teams[stays], kept.chain[stays], kept.worth[stays])])

    def _noisy(self, values: NDArray[np.floating], noise: float) -> NDArray[np.floating]:
        if not noise:
            return values
        return values + self.random.random(values.shape, np.float32) * values.dtype.type(noise)

    def _made(
        self,
        units: Places,
        splits: Splits,
        blocks: Places,
        gained: NDArray[np.float64],
        chain: NDArray[np.intp],
        better: NDArray[np.bool_],
    ) -> State:
        block, group = np.nonzero((blocks < len(splits.members) - 1) & better)
        places = splits.members[blocks[block, group]]
        teams = np.full((len(block), self.width), NOBODY, np.intp)
        teams[:, : places.shape[1]] = np.where(places == NOBODY, NOBODY, units[places, group[:, None]])
        return State(teams, chain[group], gained[block, group])

    @staticmethod
    def _joined(states: list[State]) -> State:
        return State(
            np.concatenate([state.teams for state in states]),
            np.concatenate([state.chain for state in states]),
            np.concatenate([state.worth for state in states]),
        )

    def _keep_best(self) -> None:
        totals = self._totals()
        best = int(totals.argmax())
        if totals[best] > self.best_worth + 1e-9:
            self.best, self.best_worth = self.state.teams[self.state.chain == best], float(totals[best])


def _best_rows(values: NDArray[np.floating], splits: Splits) -> Places:
    """For each group the split whose teams are worth most together."""
    total = values.take(splits.blocks[0], axis=0)
    for line in splits.blocks[1:]:
        total += values.take(line, axis=0)
    return np.asarray(total.argmax(axis=0))
