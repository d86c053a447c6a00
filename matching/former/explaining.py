"""Teams with their reasons: scores by criterion, what was relaxed and when, what the runner-up was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matching.former.alternatives import Alternatives
from matching.former.company import Company
from matching.former.plan import Plan
from matching.former.reasons import Reasons
from matching.former.scoring import Scores, criteria_of, g, weighed
from matching.former.types import UNSTATED, Matching, Relaxation, Rule, Team
from matching.former.units import Problem

DIGITS = 6


@dataclass(frozen=True, slots=True)
class Scored:
    score: float
    criteria: dict[str, float]


def explained(problem: Problem, company: Company, plan: Plan, alternatives: Alternatives, rounds: int) -> Matching:
    return _Explaining(problem, company).matching(plan, alternatives, rounds)


class _Explaining:
    """Columns of the pool as lists: a team is looked up in them by a few numbers at a time."""

    def __init__(self, problem: Problem, company: Company) -> None:
        self.problem, self.company = problem, company
        self.rows = [[row for row in rows if row >= 0] for rows in problem.units.rows.tolist()]
        self.lobbies = problem.units.lobby.tolist()
        tickets = problem.pool.tickets.tolist()
        # Of those who wait: who sits in a lobby has none here.
        self.tickets = [
            [tickets[row] for row in rows] if lobby == UNSTATED else []
            for rows, lobby in zip(self.rows, self.lobbies, strict=True)
        ]
        self.longest = problem.units.longest.tolist()
        self.waiting = problem.units.waiting.tolist()

    def matching(self, plan: Plan, alternatives: Alternatives, rounds: int) -> Matching:
        runners_up = [alternatives.of(team) for team in plan.teams]
        scored, others = self._scored(plan.teams), self._scores(runners_up)
        teams = [self._team(*one) for one in zip(plan.teams, scored, runners_up, others, strict=True)]
        teams.sort(key=lambda team: (team.lobby == UNSTATED, team.lobby, team.tickets))
        scores = np.array([score.score for score in scored])
        waiting = np.array([sum(self.waiting[unit] for unit in team) for team in plan.teams])
        there = len(scores) > 0
        return Matching(
            teams=tuple(teams),
            unplaced=Reasons(self.problem, self.company, plan).all() if plan.left else (),
            score=_rounded((waiting * g(scores)).sum() / sum(self.waiting)) if there else 0.0,
            mean=_rounded(scores.mean()) if there else 0.0,
            harmonic=_rounded(len(scores) / np.sum(1 / scores)) if there and scores.min() > 0 else 0.0,
            minimum=_rounded(scores.min()) if there else 0.0,
            rounds=rounds,
        )

    def _scored(self, teams: Sequence[Sequence[int]]) -> list[Scored]:
        found = [Scored(0.0, {})] * len(teams)
        for numbers, criteria, scores in self._by_size(teams):
            columns = zip(*(np.round(values, DIGITS).tolist() for values in criteria.values()), strict=True)
            for number, score, values in zip(numbers, scores, columns, strict=True):
                found[number] = Scored(score, dict(zip(criteria, values, strict=True)))
        return found

    def _scores(self, teams: Sequence[Sequence[int]]) -> list[float]:
        found = [0.0] * len(teams)
        for numbers, _, scores in self._by_size(teams):
            for number, score in zip(numbers, scores, strict=True):
                found[number] = score
        return found

    def _by_size(self, teams: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], dict[str, Scores], list[float]]]:
        """Numbers of the teams of one size, each criterion of theirs, and their scores; nothing for no team."""
        rows = [[row for unit in team for row in self.rows[unit]] for team in teams]
        seats = np.array([sum(self.company.seats[unit] for unit in team) for team in teams], np.intp)
        lengths = np.array([len(each) for each in rows], np.intp)
        for people in np.unique(lengths[lengths > 0]):
            which = np.flatnonzero(lengths == people)
            criteria = criteria_of(self.problem, np.array([rows[number] for number in which], np.intp), seats[which])
            yield which.tolist(), criteria, weighed(self.problem.weights, criteria).tolist()

    def _team(self, team: list[int], scored: Scored, other: tuple[int, ...], other_score: float) -> Team:
        return Team(
            tickets=self._tickets(team),
            lobby=max(self.lobbies[unit] for unit in team),
            score=_rounded(scored.score),
            criteria=scored.criteria,
            relaxed=self._relaxed(team),
            runner_up=self._tickets(other),
            runner_up_score=_rounded(other_score),
        )

    def _tickets(self, team: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted([ticket for unit in team for ticket in self.tickets[unit]]))

    def _relaxed(self, team: list[int]) -> tuple[Relaxation, ...]:
        """Rules that the team does not keep. A lobby below the ideal size keeps that rule: it goes on filling."""
        if not any(self.company.level[unit] for unit in team):
            return ()
        seats, size = sum(self.company.seats[unit] for unit in team), self.problem.terms.size
        broken = []
        if seats > size or (seats < size and not any(self.company.is_lobby[unit] for unit in team)):
            broken.append(Rule.IDEAL_SIZE)
        broken += [Rule.NO_RECENT] * bool(self.company.pairs_met(team)) + [Rule.NO_ISOLATION] * self.company.isolates(
            team
        )
        second = max(self.longest[unit] for unit in team)
        return tuple(Relaxation(rule, second) for rule in broken)


def _rounded(value: float | np.floating) -> float:
    return round(float(value), DIGITS)
