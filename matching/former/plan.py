"""A matching in the making: teams and who is left over, as numbers of units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.former.company import Company, as_set

NOWHERE = -1


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
    """Figures of all teams side by side, to find those with room or with people to spare; kept while teams change."""

    def __init__(self, company: Company, plan: Plan) -> None:
        self.company, self.plan = company, plan
        self.teams = [*plan.teams, *([lobby] for lobby in plan.lobbies)]
        units, width = company.units, max(map(len, self.teams), default=1)
        lines = np.array([team + [NOWHERE] * (width - len(team)) for team in self.teams], np.intp).reshape(-1, width)
        there = lines != NOWHERE
        self.seats = np.where(there, units.seats[lines], 0).sum(axis=1, dtype=np.int64)
        self.languages = np.bitwise_and.reduce(np.where(there, units.languages[lines], ~np.uint64(0)), axis=1)
        self.level = np.where(there, units.level[lines], 0).max(axis=1, initial=0).astype(np.int64)
        self.has_lobby = (there & (units.lobby[lines] >= 0)).any(axis=1)
        # By unit; `NOWHERE` for who is in no team.
        self.team_of = np.full(len(units), NOWHERE, np.intp)
        self.team_of[lines[there]] = np.nonzero(there)[0]

    def with_room(self, unit: int) -> NDArray[np.intp]:
        """Numbers of teams and lobbies that this unit could join by seats and languages."""
        seats = self.seats + self.company.seats[unit]
        speaks = (self.languages & np.uint64(self.company.languages[unit])) != 0
        return np.flatnonzero((self.seats > 0) & (seats <= self.company.terms.maximum) & speaks)

    def to_spare(self) -> int:
        """The set of those without whom their team keeps enough people; nobody leaves a lobby."""
        units, teams = self._in_new_teams()
        remain = self.seats[teams] - self.company.units.seats[units]
        return as_set(units[remain >= self.company.terms.minimum])

    def below(self, level: int) -> int:
        """The set of those in new teams in which nobody has waited that long."""
        units, teams = self._in_new_teams()
        return as_set(units[self.level[teams] < level])

    def newcomers(self) -> int:
        """The set of those who are to join lobbies."""
        units = np.flatnonzero(self.team_of != NOWHERE)
        return as_set(units[self.has_lobby[self.team_of[units]] & (self.company.units.lobby[units] < 0)])

    def _in_new_teams(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        units = np.flatnonzero(self.team_of != NOWHERE)
        units = units[~self.has_lobby[self.team_of[units]]]
        return units, self.team_of[units]

    def without(self, taken: list[int]) -> dict[int, list[int]]:
        """Teams that somebody is taken from, by number, as they are without them."""
        numbers = sorted({int(self.team_of[unit]) for unit in taken} - {NOWHERE})
        return {number: [unit for unit in self.teams[number] if unit not in taken] for number in numbers}

    def change(self, number: int, team: list[int]) -> None:
        """Another team in this place; an empty one if it was taken apart. Who is in none now is the caller's affair."""
        self.team_of[self.teams[number]] = NOWHERE
        self.team_of[team] = number
        self.teams[number] = team
        self.seats[number], self.languages[number] = self._seats(team), np.uint64(self._languages(team))
        self.level[number], self.has_lobby[number] = self._level(team), self._has_lobby(team)

    def add(self, team: list[int]) -> None:
        self.team_of[team] = len(self.teams)
        self.teams.append(team)
        self.seats = np.append(self.seats, self._seats(team))
        self.languages = np.append(self.languages, np.uint64(self._languages(team)))
        self.level = np.append(self.level, self._level(team))
        self.has_lobby = np.append(self.has_lobby, self._has_lobby(team))

    def _seats(self, team: list[int]) -> int:
        return sum(self.company.seats[unit] for unit in team)

    def _level(self, team: list[int]) -> int:
        return max((self.company.level[unit] for unit in team), default=0)

    def _has_lobby(self, team: list[int]) -> bool:
        return any(self.company.is_lobby[unit] for unit in team)

    def _languages(self, team: list[int]) -> int:
        common = (1 << 64) - 1
        for unit in team:
            common &= self.company.languages[unit]
        return common
