"""The score of a team, as it is shown: exactly, by criterion. `Ground` has the same sum for millions of teams.

s_T = Σ_c w_c · crit_c(T) / Σ_c w_c, each crit_c between 0 and 1, for a team of k people:

* gender, country, organisation, occupation, skill: share of unlike pairs over the largest share that k people reach in
  the number of categories (three for gender and skill). That is the Blau index 1 − Σp² over its maximum (Blau 1977).
* interests: Jaccard distance, mean over pairs. novelty: share of pairs that were not in a team together lately.
* size: 1 − |k − ideal| / max(maximum − minimum, 1), not below 0.
* wait: min(1, waited / promise), mean over those who waited.

A pair in which somebody did not state it counts 1/2. A matching of N people who waited has the score Σ |T|·g(s_T) / N,
g(s) = 2s / (1 + s): concave, so that what lifts the weakest team counts most, and the sum can be bounded by a linear
program. |T| counts those who waited; whoever has no team adds 0.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from matching.former.pairs import CODED, interests_apart, most_unlike, unlike
from matching.former.tables import pairs_of
from matching.former.types import Terms, Weights
from matching.former.units import Problem

Scores = NDArray[np.float64]


def g(score: Scores) -> Scores:
    return 2 * score / (1 + score)


def size_score(terms: Terms, people: int) -> float:
    return max(0.0, 1 - abs(people - terms.size) / max(terms.maximum - terms.minimum, 1))


def criteria_of(problem: Problem, rows: NDArray[np.intp], seats: NDArray[np.intp]) -> dict[str, Scores]:
    """Each criterion of t teams, given as (t, k) rows of the pool and (t,) seats that will be taken."""
    people = rows.shape[1]
    one, other = (rows[:, side] for side in pairs_of(people))
    found = {
        name: unlike(problem.codes[name], one, other).mean(axis=1) / most_unlike(people, categories)
        for name, categories in CODED.items()
    }
    found["interests"] = interests_apart(problem.pool.interests, one, other).mean(axis=1)
    found["novelty"] = 1 - problem.recent.has(one, other).mean(axis=1)
    found["size"] = np.array([size_score(problem.terms, int(taken)) for taken in seats])
    found["wait"] = _waits(problem, rows)
    return {name: np.clip(value, 0.0, 1.0) for name, value in found.items()}


def _waits(problem: Problem, rows: NDArray[np.intp]) -> Scores:
    waits = problem.pool.lobbies[rows] < 0
    promise = problem.terms.promise
    share = np.minimum(1.0, problem.pool.waited[rows] / promise) if promise > 0 else np.ones(rows.shape)
    counted = np.maximum(waits.sum(axis=1), 1)
    return np.asarray(np.where(waits, share, 0.0).sum(axis=1) / counted)


def weighed(weights: Weights, criteria: dict[str, Scores]) -> Scores:
    """s_T of each team."""
    parts = asdict(weights)
    total = sum(weight * criteria[name] for name, weight in parts.items())
    return np.asarray(total / sum(parts.values()))
