"""Places who is left over: with each other, in a free seat, or with people whom other teams can spare."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

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
        self.left = as_set(list(self.plan.left))
        self.failed: set[tuple[int, int, int, int]] = set()

    def of(self, wanted: Iterable[int]) -> Plan:
        hopeful = (unit for unit in wanted if self.company.is_movable[unit])
        order = sorted(hopeful, key=lambda unit: (-self.company.level[unit], unit))
        progress = True
        while progress:
            progress = bool([unit for unit in order if unit in self.plan.left and self._place(unit)])
        is_lobby = self.company.is_lobby
        teams = [[] if len(team) == 1 and is_lobby[team[0]] else team for team in self.tally.teams]
        placed = {unit for team in teams for unit in team}
        return Plan(teams, self.plan.left, [lobby for lobby in self.plan.lobbies if lobby not in placed])

    def _place(self, unit: int) -> bool:
        """False if there is no way. Then there is none for anybody like them, until something changes."""
        company = self.company
        like = (company.languages[unit], company.seats[unit], company.level[unit], company.genders[unit])
        if like in self.failed:
            return False
        if self._tried(unit):
            self.failed.clear()
            return True
        if not company.blocked.get(unit) and not company.met.get(unit):
            self.failed.add(like)
        return False

    def _tried(self, unit: int) -> bool:
        """Strictly at first: nobody isolated, nobody met again; then as far as the wait allows."""
        steps: list[Callable[[int, bool], bool]] = [self._with_others, self._seat, self._from_teams]
        if self.later:
            # Taking a team apart holds it back: whoever can join it later is no reason to.
            return any(step(unit, strict) for step in steps for strict in (True, False)) or self._from_any(unit)
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
        among = self.left | self.tally.to_spare()
        accepts = partial(self._can_spare, strict=strict)
        return self._taken(
            self.company.find(unit, among, self._sizes(), accepts, strangers=strict, team_of=self.tally.team_of)
        )

    def _from_any(self, unit: int) -> bool:
        """The same at the cost of who has lost patience: it ends with the promise, being left over does not."""
        among = self.left | self.tally.to_spare() | self.tally.newcomers()
        return self._taken(
            self.company.find(unit, among, self._sizes(), self._leaves_teams, team_of=self.tally.team_of)
        )

    def _taken(self, team: list[int] | None) -> bool:
        if team is None:
            return False
        for number, rest in self.tally.without(team).items():
            self.tally.change(number, rest)
        self._found(team)
        return True

    def _leaves_teams(self, team: list[int]) -> bool:
        rests = self.tally.without(team).values()
        is_lobby = self.company.is_lobby
        return self._fits(team, strict=False) and all(
            self._fits(rest, strict=False) or (len(rest) == 1 and is_lobby[rest[0]]) for rest in rests
        )

    def _can_spare(self, team: list[int], strict: bool) -> bool:
        return self._fits(team, strict) and self._go_on(team, strict)

    def _go_on(self, team: list[int], strict: bool) -> bool:
        """Whether what remains of each team may go on. Who has lost patience has it now or keeps the team they have."""
        for number, rest in self.tally.without(team).items():
            if not rest or not self._fits(rest, strict):
                return False
            is_patient = not any(self.company.level[unit] for unit in self.tally.teams[number])
            if self.later and not is_patient and self.company.fault(rest) is None:
                return False
        return True

    def _from_younger(self, unit: int) -> bool:
        """A team with people of a team that must wait again, all of whom have waited less."""
        among = self.left | self.tally.below(self.company.level[unit])
        team = self.company.find(unit, among, self._sizes(), self._worth_it, team_of=self.tally.team_of)
        if team is None:
            return False
        for number, rest in self.tally.without(team).items():
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
        return len(self.tally.without(team)) <= 1 and self._fits(team, strict=False)
