"""What no matching can exceed: a linear program over every feasible team, solved by HiGHS.

Rules and scores are those of `matching.tests.reference`, in plain Python; nothing here is the team-former's own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from matching.former import Pool, Terms, Weights
from matching.tests.reference import BOUNDED, PAIRED, Reference

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Columns:
    """Teams as rows of a matrix, (teams, people), and |T|·g(s_T) of each."""

    teams: csr_array
    values: NDArray[np.float64]


def columns_of(reference: Reference) -> Columns:
    """Every team that may be: in a pool past the promise also those that isolate somebody, at their full score.

    For people who came alone, of whom nobody sits in a lobby.
    """
    people, terms = len(reference.pool), reference.terms
    values, columns, lengths = [], [], []
    for size in range(max(terms.minimum, 2), terms.maximum + 1):
        teams = [team for team in combinations(range(people), size) if _may_be(reference, team)]
        members = np.array(teams, np.intp).reshape(-1, size)
        score = scores_of(reference, members)
        values.append(size * 2 * score / (1 + score))
        columns.append(members.reshape(-1))
        lengths += [size] * len(members)
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    ones = np.ones(int(bounds[-1]))
    return Columns(
        csr_array((ones, np.concatenate(columns), bounds), shape=(len(lengths), people)), np.concatenate(values)
    )


def _may_be(reference: Reference, team: tuple[int, ...]) -> bool:
    return reference.may_be([(row,) for row in team])


def scores_of(reference: Reference, teams: Rows) -> NDArray[np.float64]:
    """(t,) `Reference.score` of each of (t, size) teams, with what pairs give looked up instead of asked again."""
    pool, weights, terms, size = reference.pool, reference.weights, reference.terms, teams.shape[1]
    pairs = np.zeros((len(pool), len(pool)))
    for name in PAIRED:
        share = getattr(weights, name) / (reference.most_unlike(size, BOUNDED[name]) if name in BOUNDED else 1.0)
        for one, other in combinations(range(len(pool)), 2):
            pairs[one, other] += share * reference.pair(name, one, other)
    sides = list(combinations(range(size), 2))
    total = sum(pairs[teams[:, one], teams[:, other]] for one, other in sides) / len(sides)
    total = total + weights.size * max(0.0, 1 - abs(size - terms.size) / max(terms.maximum - terms.minimum, 1))
    total = total + weights.wait * np.minimum(1.0, pool.waited[teams] / terms.promise).mean(axis=1)
    return np.asarray(total / sum(getattr(weights, field.name) for field in fields(Weights)))


def upper_bound(pool: Pool, terms: Terms, weights: Weights) -> float:
    """Σ |T|·g(s_T) / N of the best fractional matching: teams in parts that add up to at most 1 for each person."""
    columns = columns_of(Reference(pool, terms, weights))
    found = linprog(-columns.values, A_ub=columns.teams.T, b_ub=np.ones(len(pool)), bounds=(0, None), method="highs-ds")
    if not found.success:
        raise RuntimeError(found.message)
    return float(-found.fun) / len(pool)
