"""Why somebody has no team yet, and how many more people it takes: the truth, from the pool as it is."""

from __future__ import annotations

from collections.abc import Iterator

from matching.former.company import Company, as_set
from matching.former.headcount import Headcount
from matching.former.plan import Plan
from matching.former.rules import PROMISED
from matching.former.types import Unplaced, Why
from matching.former.units import Problem


class Reasons:
    def __init__(self, problem: Problem, company: Company, plan: Plan) -> None:
        self.problem, self.company, self.plan = problem, company, plan
        units = range(len(problem.units))
        self.lobbies = [unit for unit in units if company.is_lobby[unit]]
        self.waiting = as_set([unit for unit in units if not company.is_lobby[unit]])
        self.now = Headcount(company, as_set(sorted(plan.left)), plan.lobbies)
        self.in_the_end = Headcount(company, self.waiting, self.lobbies, later=True)
        self.known: dict[tuple[int, int], bool] = {}

    def all(self) -> tuple[Unplaced, ...]:
        found = [one for unit in self.plan.left for one in self._of_people(unit)]
        return tuple(sorted(found, key=lambda one: one.ticket))

    def _of_people(self, unit: int) -> Iterator[Unplaced]:
        why, missing = self._why(unit)
        is_hopeless = self._is_hopeless(unit)
        for row in self.problem.units.rows[unit].tolist():
            if row >= 0:
                yield Unplaced(int(self.problem.pool.tickets[row]), why, missing, is_hopeless)

    def _why(self, unit: int) -> tuple[Why, int]:
        """The same whoever has blocked or met whom: nobody may learn that from it."""
        if self._fits_nobody(unit):
            return Why.NOBODY_FITS, 0
        missing = self.now.lacking(unit)
        if missing and self._speaks_alone(unit):
            return Why.LANGUAGE, missing
        return (Why.MORE_PEOPLE if missing else Why.TIME), missing

    def _fits_nobody(self, unit: int) -> bool:
        """A party that is too large, has no language in common or a block inside: whoever else comes."""
        return self.company.languages[unit] == 0 or self.company.seats[unit] > self.problem.terms.maximum

    def _speaks_alone(self, unit: int) -> bool:
        """Others are here, and none of them shares a language."""
        bit = 1 << unit
        spoken = self.company.languages[unit]
        lobbies = any(self.company.languages[lobby] & spoken for lobby in self.lobbies)
        return self.waiting != bit and not lobbies and not any(self.company.shared([unit], self.waiting))

    def _is_hopeless(self, unit: int) -> bool:
        """Blocks count from the promise on. Until then who cannot meet waits like those whom a softer rule keeps apart:
        to be sent away at once, with others still here, would tell them."""
        if self._fits_nobody(unit) or self.in_the_end.lacking(unit):
            return True
        return bool(self.company.blocked) and self.company.level[unit] == PROMISED and not self._could_be_placed(unit)

    def _could_be_placed(self, unit: int) -> bool:
        company = self.company
        if company.blocked.get(unit):
            return self._finds_a_team(unit)
        key = (company.languages[unit], company.seats[unit])
        if key not in self.known:
            self.known[key] = self._finds_a_team(unit)
        return self.known[key]

    def _finds_a_team(self, unit: int) -> bool:
        """With anybody in the pool, in teams or not, or in a lobby with a seat."""
        return self.company.could_be_placed(unit, self.waiting, self.lobbies)
