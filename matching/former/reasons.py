"""Why somebody has no team yet, and how many more people it takes: the truth, from the pool as it is."""

from __future__ import annotations

from collections.abc import Iterator

from matching.former.company import Company, as_set
from matching.former.plan import Plan, Tally
from matching.former.types import Unplaced, Why
from matching.former.units import Problem


class Reasons:
    def __init__(self, problem: Problem, company: Company, plan: Plan) -> None:
        self.problem, self.company, self.plan = problem, company, plan
        units = range(len(problem.units))
        self.waiting = as_set([unit for unit in units if not company.is_lobby[unit]])
        self.left = as_set(list(plan.left))
        self.tally = Tally(company, Plan([], set(), [unit for unit in units if company.is_lobby[unit]]))
        self.known: dict[tuple[int, int, bool], tuple[Why, int, bool]] = {}

    def all(self) -> tuple[Unplaced, ...]:
        found = [one for unit in self.plan.left for one in self._of_people(unit)]
        return tuple(sorted(found, key=lambda one: one.ticket))

    def _of_people(self, unit: int) -> Iterator[Unplaced]:
        why, missing, is_hopeless = self._cached(unit)
        for row in self.problem.units.rows[unit].tolist():
            if row >= 0:
                yield Unplaced(int(self.problem.pool.tickets[row]), why, missing, is_hopeless)

    def _cached(self, unit: int) -> tuple[Why, int, bool]:
        """Whoever has the same languages, size and patience and no blocks waits for the same reason."""
        company = self.company
        if company.blocked.get(unit) or company.met.get(unit):
            return self._of(unit)
        key = (company.languages[unit], company.seats[unit], company.level[unit] > 0)
        if key not in self.known:
            self.known[key] = self._of(unit)
        return self.known[key]

    def _of(self, unit: int) -> tuple[Why, int, bool]:
        if self._fits_nobody(unit):
            return Why.NOBODY_FITS, 0, True
        missing = self._missing(unit)
        is_hopeless = not self._could_be_placed(unit)
        if is_hopeless and self._speaks_alone(unit):
            return Why.LANGUAGE, max(missing, 1), True
        return (Why.MORE_PEOPLE if missing else Why.TIME), missing, is_hopeless

    def _fits_nobody(self, unit: int) -> bool:
        """A party that is too large, has no language in common or a block inside: whoever else comes."""
        return self.company.languages[unit] == 0 or self.company.seats[unit] > self.problem.terms.maximum

    def _speaks_alone(self, unit: int) -> bool:
        """Others are here, and none of them shares a language."""
        bit = 1 << unit
        spoken = self.company.languages[unit]
        lobbies = any(self.company.languages[lobby] & spoken for lobby in self.plan.lobbies)
        return self.waiting != bit and not lobbies and not any(self.company.shared(unit, self.waiting))

    def _missing(self, unit: int) -> int:
        """People who have nothing against anybody and would complete a team now, with others who are left over.

        0 if there are enough: then only a soft rule stands between them and a team, or they are held back so that
        nobody is stranded.
        """
        company, terms = self.company, self.problem.terms
        least = terms.minimum if company.level[unit] else terms.size
        for missing in range(max(least - company.seats[unit], 0) + 1):
            sizes = [size for size in range(least - missing, least - missing + 1) if size >= company.seats[unit]]
            if company.find(unit, self.left, sizes, lambda _: True) is not None:
                return missing
        return max(least - company.seats[unit], 1)

    def _could_be_placed(self, unit: int) -> bool:
        """With anybody in the pool, in teams or not, once every soft rule has given way."""
        company, terms = self.company, self.problem.terms
        for number in self.tally.with_room(unit).tolist():
            if company.fault([*self.tally.teams[number], unit], later=True) is not None:
                return True
        sizes = sorted(range(terms.minimum, terms.maximum + 1))
        return company.find(unit, self.waiting, sizes, lambda _: True) is not None
