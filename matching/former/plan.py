"""A matching in the making: teams and who is left over, as numbers of units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.former.company import Company


@dataclass(slots=True)
class Plan:
    """`teams` are lists of units, a lobby's unit first; an empty one was taken apart. Lobbies for themselves are in
    `lobbies`, everybody else without a team in `left`."""

    teams: list[list[int]]
    left: set[int]
    lobbies: list[int]

    @classmethod
    def of(cls, groups: Iterable[list[int]], company: Company) -> Plan:
        """Groups that may be teams; all others are one unit each, left over or a lobby to which nobody is added."""
        plan = cls([], set(), [])
        for group in groups:
            if len(group) > 1 or company.fault(group) is not None:
                plan.teams.append(sorted(group, key=lambda unit: (not company.is_lobby[unit], unit)))
            elif company.is_lobby[group[0]]:
                plan.lobbies.append(group[0])
            else:
                plan.left.add(group[0])
        return plan

    def copy(self) -> Plan:
        return Plan([list(team) for team in self.teams], set(self.left), list(self.lobbies))

    def groups(self) -> list[list[int]]:
        """As a search takes it: everybody in a group, who is left over in one for themselves."""
        return [*(team for team in self.teams if team), *([unit] for unit in (*self.lobbies, *sorted(self.left)))]


class Tally:
    """Seats and languages of all teams side by side, to find those with room; kept while teams change."""

    def __init__(self, company: Company, plan: Plan) -> None:
        self.company, self.plan = company, plan
        self.teams = [*plan.teams, *([lobby] for lobby in plan.lobbies)]
        self.seats = np.array([self._seats(team) for team in self.teams], np.int64)
        self.languages = np.array([self._languages(team) for team in self.teams], np.uint64)

    @cached_property
    def team_of(self) -> dict[int, int]:
        return {unit: number for number, team in enumerate(self.teams) for unit in team}

    def with_room(self, unit: int) -> NDArray[np.intp]:
        """Numbers of teams and lobbies that this unit could join by seats and languages."""
        seats = self.seats + self.company.seats[unit]
        speaks = (self.languages & np.uint64(self.company.languages[unit])) != 0
        return np.flatnonzero((self.seats > 0) & (seats <= self.company.terms.maximum) & speaks)

    def change(self, number: int, team: list[int]) -> None:
        """Another team in this place; an empty one if it was taken apart. Who is in none now is the caller's affair."""
        for unit in self.teams[number]:
            self.team_of.pop(unit, None)
        self.teams[number] = team
        self.team_of.update(dict.fromkeys(team, number))
        self.seats[number], self.languages[number] = self._seats(team), np.uint64(self._languages(team))

    def add(self, team: list[int]) -> None:
        self.team_of.update(dict.fromkeys(team, len(self.teams)))
        self.teams.append(team)
        self.seats = np.append(self.seats, self._seats(team))
        self.languages = np.append(self.languages, np.uint64(self._languages(team)))

    def _seats(self, team: list[int]) -> int:
        return sum(self.company.seats[unit] for unit in team)

    def _languages(self, team: list[int]) -> int:
        common = (1 << 64) - 1
        for unit in team:
            common &= self.company.languages[unit]
        return common
