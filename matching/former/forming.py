"""The order of steps: find a good matching, place who has waited too long, hold back what would strand somebody."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.former import exact
from matching.former.alternatives import Alternatives
from matching.former.clock import Clock
from matching.former.company import Company
from matching.former.dealing import first_split
from matching.former.districts import districts_of
from matching.former.explaining import explained
from matching.former.ground import Ground
from matching.former.holding import hold_back
from matching.former.mending import mended
from matching.former.plan import Plan
from matching.former.regrouping import regrouped
from matching.former.rescue import rescue
from matching.former.search import Search
from matching.former.types import Matching, Pool, Terms, Weights
from matching.former.units import Problem
from matching.former.worth import NEVER


def form_teams(
    pool: Pool,
    terms: Terms,
    weights: Weights,
    *,
    seed: int,
    budget: float | None = None,
    rounds: int | None = None,
    lobby_free: NDArray[np.int32] | None = None,
) -> Matching:
    """Teams for as many of the pool as the rules allow now, and for everybody else the reason why not yet.

    `budget` is in seconds, 0.06 and more for large pools by default. With `rounds` exactly so many are searched,
    whatever that takes: the same pool, terms, weights, seed and rounds give the same result. `lobby_free` are the
    seats free in each lobby up to the maximum; by default what its rows leave. Raises `ValueError` for pairs, lobbies
    or categories that cannot be.
    """
    clock = Clock(len(pool), budget, rounds)
    problem = Problem(pool, terms, weights, lobby_free)
    run = _Run(problem, seed, clock)
    plan = run.plan()
    return explained(problem, run.company, plan, run.alternatives, run.rounds)


# Mended teams are mixed badly at first.
ROUNDS_AFTER_MENDING = 8
# A ground is as large as the square of its units; pools beyond this fall into districts, each of which was regrouped.
MOST_REGROUPED = 1200
# Teams that were put together anew may have room for who was left over, who may isolate somebody again.
MOST_REGROUPINGS = 3


@dataclass(slots=True)
class _Run:
    problem: Problem
    seed: int
    clock: Clock
    rounds: int = 0
    company: Company = field(init=False)
    alternatives: Alternatives = field(init=False)

    def __post_init__(self) -> None:
        self.company = Company(self.problem)
        self.alternatives = Alternatives(self.problem)

    def plan(self) -> Plan:
        is_movable = self.company.is_movable
        stuck = [[unit] for unit in np.flatnonzero(~is_movable & (self.problem.units.lobby < 0)).tolist()]
        groups = self._groups(np.flatnonzero(is_movable))
        plan = Plan.of([*groups, *stuck], self.company)
        for _ in range(MOST_REGROUPINGS):
            found = self._placed(plan)
            if found.teams == plan.teams:
                return found
            plan = self._regrouped(found)
            if plan is found:
                return found
        return self._placed(plan)

    def _placed(self, plan: Plan) -> Plan:
        return hold_back(self.company, rescue(self.company, plan, self._impatient(plan)))

    def _regrouped(self, plan: Plan) -> Plan:
        """Whoever was placed last may isolate somebody, or free somebody whom an earlier team isolates."""
        members = np.array(sorted(unit for team in plan.teams for unit in team), np.intp)
        if len(members) > MOST_REGROUPED or not any(self.company.isolates(team) for team in plan.teams):
            return plan
        ground, place = Ground(self.problem, members), {int(unit): number for number, unit in enumerate(members)}
        # Whoever has a team keeps one: their wait won it, or without it nobody would be left to join them.
        ground.left_over[~ground.lobby] = NEVER
        split = [[place[unit] for unit in team] for team in plan.teams]
        better = regrouped(ground, split)
        if better == split:
            return plan
        again = Plan.of((members[team].tolist() for team in better), self.company)
        return Plan(again.teams, plan.left | again.left, [*plan.lobbies, *again.lobbies])

    def _impatient(self, plan: Plan) -> list[int]:
        return [unit for unit in sorted(plan.left) if self.company.level[unit]]

    def _groups(self, members: NDArray[np.intp]) -> list[list[int]]:
        districts = districts_of(self.problem.units, members, self.seed)
        found = []
        for number, district in enumerate(districts):
            found += self._searched(district, 1 / (len(districts) - number + (len(districts) > 1)), number)
        if len(districts) == 1:
            return found
        # Who is left over in one district may fit with those of another.
        rest = np.array(sorted(group[0] for group in found if len(group) == 1), np.intp)
        return [*(group for group in found if len(group) > 1), *self._rest(rest, len(members))]

    def _rest(self, rest: NDArray[np.intp], of: int) -> list[list[int]]:
        if len(rest) > of / 2:
            return [[int(unit)] for unit in rest]
        return self._groups(rest)

    def _searched(self, members: NDArray[np.intp], share: float, number: int) -> list[list[int]]:
        if not len(members):
            return []
        ground = Ground(self.problem, members)
        if len(ground) <= exact.MOST_UNITS:
            split = exact.best_split(ground)
        else:
            split = self._improved(ground, self._started(ground), share, number)
        groups = [[int(members[place]) for place in group] for group in split]
        self.alternatives.look(ground, split)
        return groups

    def _started(self, ground: Ground) -> list[list[int]]:
        """Greedily, then with everybody placed who has waited long enough: searching never gives that up."""
        split = first_split(ground)
        impatient = [group[0] for group in split if len(group) == 1 and ground.level[group[0]]]
        if not impatient:
            return split
        place = {int(unit): number for number, unit in enumerate(ground.members)}
        plan = Plan.of(([int(ground.members[one]) for one in group] for group in split), self.company)
        found = rescue(self.company, plan, [int(ground.members[one]) for one in impatient])
        return [[place[unit] for unit in group] for group in found.groups()]

    def _improved(self, ground: Ground, split: list[list[int]], share: float, number: int) -> list[list[int]]:
        search = Search(ground, split, self.seed + number)
        ran = search.run(self.clock.more(share))
        self.clock.ran(ran)
        self.rounds = ran
        split = search.split()
        found = mended(ground, split)
        if found != split:
            again = Search(ground, found, self.seed + number)
            again.run(lambda rounds: rounds < min(ran, ROUNDS_AFTER_MENDING))
            found = again.split()
        return regrouped(ground, found)
