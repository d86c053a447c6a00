"""Places who is left over: with each other, in a free seat, or with people whom other teams can spare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np

from matching.former.company import NONE, Company, Fault, as_set
from matching.former.plan import Plan, Tally

# So many seats that would do are compared before one is taken.
SEATS_COMPARED = 32


def rescue(company: Company, plan: Plan, wanted: Iterable[int]) -> Plan:
    """A plan in which as many of the wanted as possible have a team that may be now."""
    found = _Rescue(company, plan, later=False).of(wanted)
    return Plan([team for team in found.teams if team], found.left, found.lobbies)


def rescue_later(company: Company, plan: Plan) -> Plan:
    """The same for everybody left over, as if all soft rules had given way: how it can end if nobody else comes.

    Teams stand at the same places as in `plan`; new ones behind them, where lobbies without anybody also are.
    """
    return _Rescue(company, plan, later=True).of(plan.left)


class _Rescue:
    def __init__(self, company: Company, plan: Plan, *, later: bool) -> None:
        self.company, self.plan, self.later = company, plan.copy(), later
        self.tally = Tally(company, self.plan)
        self.left = as_set(self.plan.left)

    def of(self, wanted: Iterable[int]) -> Plan:
        order = sorted(wanted, key=lambda unit: (-self.company.level[unit], unit))
        progress = True
        while progress:
            progress = bool([unit for unit in order if unit in self.plan.left and self._place(unit)])
        is_lobby = self.company.is_lobby
        teams = [[] if len(team) == 1 and is_lobby[team[0]] else team for team in self.tally.teams]
        placed = {unit for team in teams for unit in team}
        return Plan(teams, self.plan.left, [lobby for lobby in self.plan.lobbies if lobby not in placed])

    def _place(self, unit: int) -> bool:
        """Strictly at first: nobody isolated, nobody met again; then as far as the wait allows."""
        steps: list[Callable[[int, bool], bool]] = [self._with_others, self._seat, self._from_teams]
        if self.later:
            # Taking a team apart holds it back: whoever can join it later is no reason to.
            return any(step(unit, strict) for step in steps for strict in (True, False))
        return any(step(unit, strict) for strict in (True, False) for step in steps) or self._from_younger(unit)

    def _fits(self, team: list[int], strict: bool) -> bool:
        fault = self.company.fault(team, later=self.later)
        return fault is not None and (not strict or fault == NONE)

    def _sizes(self) -> list[int]:
        """All that may be, the nearest to the ideal first."""
        terms = self.company.terms
        return sorted(range(terms.minimum, terms.maximum + 1), key=lambda size: (abs(size - terms.size), -size))

    def _with_others(self, unit: int, strict: bool) -> bool:
        """A team of people left over alone."""
        fits = partial(self._fits, strict=strict)
        team = self.company.find(unit, self.left, self._sizes(), fits, strangers=strict)
        if team is None:
            return False
        self._found(team)
        return True

    def _found(self, team: list[int]) -> None:
        self.plan.left.difference_update(team)
        self.left &= ~as_set(team)
        self.tally.add(sorted(team))

    def _seat(self, unit: int, strict: bool) -> bool:
        """A seat in a lobby or in a team of this run, where it is missed most."""
        fitting: list[tuple[Fault, int, int]] = []
        beyond = self.company.seats[unit] - self.company.terms.size
        for number in self.tally.with_room(unit).tolist():
            fault = self.company.fault([*self.tally.teams[number], unit], later=self.later)
            if fault is not None and (not strict or fault == NONE):
                fitting.append((fault, abs(int(self.tally.seats[number]) + beyond), number))
            if len(fitting) == SEATS_COMPARED:
                break
        if not fitting:
            return False
        _, _, number = min(fitting)
        self.tally.change(number, [*self.tally.teams[number], unit])
        self.plan.left.discard(unit)
        self.left &= ~(1 << unit)
        return True

    def _from_teams(self, unit: int, strict: bool) -> bool:
        """A team with people of other teams, each of which goes on without them."""
        among = self.left | self._spare()
        accepts = partial(self._can_spare, strict=strict)
        team = self.company.find(unit, among, self._sizes(), accepts, strangers=strict)
        if team is None:
            return False
        for number, rest in self._rests(team).items():
            self.tally.change(number, rest)
        self._found(team)
        return True

    def _can_spare(self, team: list[int], strict: bool) -> bool:
        return self._fits(team, strict) and self._go_on(team, strict)

    def _spare(self) -> int:
        """Who could be taken out of a team that keeps enough people."""
        company, tally = self.company, self.tally
        roomy = np.flatnonzero(tally.seats > company.terms.minimum)
        return as_set(
            [
                unit
                for number in roomy.tolist()
                if not company.is_lobby[tally.teams[number][0]]
                for unit in tally.teams[number]
                if tally.seats[number] - company.seats[unit] >= company.terms.minimum
            ]
        )

    def _rests(self, team: list[int]) -> dict[int, list[int]]:
        """Teams that somebody was taken from, without them."""
        numbers = {self.tally.team_of[unit] for unit in team if unit in self.tally.team_of}
        return {number: [unit for unit in self.tally.teams[number] if unit not in team] for number in sorted(numbers)}

    def _go_on(self, team: list[int], strict: bool) -> bool:
        """Whether what remains of each team may go on. Who has lost patience has it now or keeps the team they have."""
        for number, rest in self._rests(team).items():
            if not rest or not self._fits(rest, strict):
                return False
            is_patient = not any(self.company.level[unit] for unit in self.tally.teams[number])
            if self.later and not is_patient and self.company.fault(rest) is None:
                return False
        return True

    def _from_younger(self, unit: int) -> bool:
        """A team with people of a team that must wait again, all of whom have waited less."""
        level = self.company.level[unit]
        younger = [
            other
            for other, number in self.tally.team_of.items()
            if max(self.company.level[mate] for mate in self.tally.teams[number]) < level
            and not self.company.is_lobby[self.tally.teams[number][0]]
        ]
        team = self.company.find(unit, self.left | as_set(younger), self._sizes(), self._worth_it)
        if team is None:
            return False
        for number, rest in self._rests(team).items():
            goes_on = bool(rest) and self.company.fault(rest) is not None
            self.tally.change(number, rest if goes_on else [])
            self._leave([] if goes_on else rest)
        self._found(team)
        return True

    def _leave(self, units: list[int]) -> None:
        self.plan.left.update(units)
        self.left |= as_set(units)

    def _worth_it(self, team: list[int]) -> bool:
        """At most one team is taken apart for it."""
        from_teams = Counter(self.tally.team_of[unit] for unit in team if unit in self.tally.team_of)
        return len(from_teams) <= 1 and self._fits(team, strict=False)
