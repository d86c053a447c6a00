"""What a journaled tick would have done with other weights: wait against diversity, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.former import UNSTATED, Matching, Weights
from matching.journal import Question


@dataclass(frozen=True, slots=True)
class Outcome:
    """`waits` are the mean and longest wait, in seconds, of those placed; `criteria` the mean over teams, 0 to 1."""

    teams: int
    placed: int
    score: float
    minimum: float
    mean_wait: float
    longest_wait: float
    criteria: dict[str, float]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`kept` teams come out with either weights; those of `gone` are other ones with the new weights."""

    then: Outcome
    now: Outcome
    kept: int
    gone: list[tuple[int, ...]]
    new: list[tuple[int, ...]]


def what_if(question: Question, weights: Weights) -> WhatIf:
    """Ask again as it was asked, and with these weights; scores are those of each matching's own weights."""
    as_it_was, otherwise = question.asked(), question.with_weights(weights).asked()
    then, now = _teams(as_it_was), _teams(otherwise)
    return WhatIf(
        then=_outcome(question, as_it_was),
        now=_outcome(question, otherwise),
        kept=len(then & now),
        gone=sorted(then - now),
        new=sorted(now - then),
    )


def _teams(matching: Matching) -> set[tuple[int, ...]]:
    return {team.tickets for team in matching.teams}


def _outcome(question: Question, matching: Matching) -> Outcome:
    tickets = question.pool.tickets
    placed = np.isin(tickets, [ticket for team in matching.teams for ticket in team.tickets]) & (tickets != UNSTATED)
    waits = question.pool.waited[placed]
    return Outcome(
        teams=len(matching.teams),
        placed=len(waits),
        score=matching.score,
        minimum=matching.minimum,
        mean_wait=round(float(waits.mean()), 1) if len(waits) else 0.0,
        longest_wait=round(float(waits.max()), 1) if len(waits) else 0.0,
        criteria=_means([team.criteria for team in matching.teams]),
    )


def _means(criteria: Sequence[dict[str, float]]) -> dict[str, float]:
    if not criteria:
        return {}
    return {name: round(sum(each[name] for each in criteria) / len(criteria), 3) for name in criteria[0]}
