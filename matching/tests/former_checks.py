"""What every matching must keep, told as sentences; judged by the plain rules of `reference`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from matching.former import Matching, Pool, Team, Terms
from matching.tests.reference import Reference, Unit

# All teams of so many are looked at in a moment.
FEW_UNITS = 20


class Checked:
    def __init__(self, pool: Pool, terms: Terms, matching: Matching) -> None:
        self.pool, self.terms, self.matching = pool, terms, matching
        self.reference = Reference(pool, terms)
        self.row_of = {int(ticket): row for row, ticket in enumerate(pool.tickets) if ticket >= 0}
        self.unit_of = {row: unit for unit in self.reference.units for row in unit}

    def faults(self) -> list[str]:
        teams = (fault for team in self.matching.teams for fault in self._team(team))
        return [*self._places(), *teams, *self._left(), *self._sent_away()]

    def units_of(self, team: Team) -> list[Unit]:
        rows = [self.row_of[ticket] for ticket in team.tickets]
        seated = [row for row in range(len(self.pool)) if team.lobby >= 0 and self.pool.lobbies[row] == team.lobby]
        return list(dict.fromkeys(self.unit_of[row] for row in [*seated, *rows]))

    def _places(self) -> Iterator[str]:
        placed = [ticket for team in self.matching.teams for ticket in team.tickets]
        left = [one.ticket for one in self.matching.unplaced]
        if any(count > 1 for count in Counter(placed + left).values()):
            yield "somebody is in two places"
        if set(placed + left) != set(self.row_of):
            yield "somebody is nowhere"
        lobbies = [team.lobby for team in self.matching.teams if team.lobby >= 0]
        if len(lobbies) != len(set(lobbies)):
            yield "a lobby is filled twice"

    def _team(self, team: Team) -> Iterator[str]:
        units = self.units_of(team)
        if broken := self.reference.breaks_hard_rule(units):
            yield f"{team.tickets} breaks a hard rule: {broken}"
        soft = self.reference.broken_soft_rules(units)
        if not self.reference.may_be(units):
            yield f"{team.tickets} breaks {soft} before its second"
        if soft != {str(relaxed.rule) for relaxed in team.relaxed}:
            yield f"{team.tickets} breaks {soft} and says {team.relaxed}"
        if len(team.tickets) != sum(len(unit) for unit in units if self.reference.waits(unit[0])):
            yield f"{team.tickets} splits a party"
        values = [team.score, team.runner_up_score, *team.criteria.values()]
        if not all(0 <= value <= 1 for value in values):
            yield f"{team.tickets} has a score out of range"

    def past_the_promise(self) -> list[Unit]:
        """Left over although they have waited that long, and although some team in the pool could have them."""
        left = [one for one in self.matching.unplaced if not one.is_hopeless]
        units = dict.fromkeys(self.unit_of[self.row_of[one.ticket]] for one in left)
        return [unit for unit in units if self.reference.level(list(unit)) == 3]

    def placed_by_a_move(self) -> list[tuple[Unit, list[Unit]]]:
        """Who is left over past the promise, and a team for them of people that one other team can spare."""
        found = []
        left = self.past_the_promise()
        for unit in left:
            others = [other for other in left if other != unit]
            for team in map(self.units_of, self.matching.teams):
                free = [one for one in team if self.reference.waits(one[0])]
                for spared in self._some_of([*free, *others]):
                    rest = [one for one in team if one not in spared]
                    goes_on = not any(one in team for one in spared) or not self.reference.breaks_hard_rule(rest)
                    if goes_on and not self.reference.breaks_hard_rule([unit, *spared]):
                        found.append((unit, spared))
        return found

    def _some_of(self, units: list[Unit]) -> Iterator[list[Unit]]:
        for size in range(1, self.terms.maximum):
            yield from map(list, combinations(units, size))

    def _left(self) -> Iterator[str]:
        left = self.past_the_promise()
        for team in self.reference.teams_among(left):
            yield f"{team} are past the promise and could be a team"
            break
        for unit in left:
            for units in [*(self.units_of(team) for team in self.matching.teams), *self._open_lobbies()]:
                if not self.reference.breaks_hard_rule([*units, unit]):
                    yield f"{unit} is past the promise and could join {units}"

    def _sent_away(self) -> Iterator[str]:
        """Whoever is called hopeless is in no team that keeps the hard rules, where all can be looked at."""
        if len(self.reference.units) > FEW_UNITS:
            return
        hopeless = (self.unit_of[self.row_of[one.ticket]] for one in self.matching.unplaced if one.is_hopeless)
        for unit in dict.fromkeys(hopeless):
            others = [other for other in self.reference.units if other != unit]
            for mates in ([], *self._some_of(others)):
                if not self.reference.breaks_hard_rule([unit, *mates]):
                    yield f"{unit} is called hopeless and could be a team with {mates}"
                    break

    def _open_lobbies(self) -> Iterator[list[Unit]]:
        filled = {team.lobby for team in self.matching.teams}
        for unit in self.reference.units:
            if not self.reference.waits(unit[0]) and int(self.pool.lobbies[unit[0]]) not in filled:
                yield [unit]
