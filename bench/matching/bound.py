"""What no matching can exceed: a linear program over every feasible team, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array

from matching.former.ground import Ground
from matching.former.tables import combos_of
from matching.former.types import Pool, Terms, Weights
from matching.former.units import Problem
from matching.former.worth import NEVER, Worth


@dataclass(frozen=True, slots=True)
class Columns:
    """Teams as rows of a matrix, (teams, people), and |T|·g(s_T) of each."""

    teams: csr_array
    values: NDArray[np.float64]


def columns_of(pool: Pool, terms: Terms, weights: Weights) -> Columns:
    """Every team that the rules in force allow without a penalty: nobody isolated, nobody met lately."""
    problem = Problem(pool, terms, weights, None)
    ground = Ground(problem, np.arange(len(problem.units)))
    worth = Worth(ground, np.arange(len(ground))[:, None])
    values, columns, lengths = [], [], []
    for size in range(max(terms.minimum, 2), terms.maximum + 1):
        combos = combos_of(len(ground), size)
        found = worth.of(combos)[:, 0].astype(np.float64)
        allowed = (found > NEVER) & (found >= 0)
        values.append(found[allowed])
        columns.append(combos.members[allowed].reshape(-1))
        lengths += [size] * int(allowed.sum())
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    ones = np.ones(int(bounds[-1]))
    shape = (len(lengths), len(ground))
    return Columns(csr_array((ones, np.concatenate(columns), bounds), shape=shape), np.concatenate(values))


def upper_bound(pool: Pool, terms: Terms, weights: Weights) -> float:
    """Σ |T|·g(s_T) / N of the best fractional matching: teams in parts that add up to at most 1 for each person."""
    columns = columns_of(pool, terms, weights)
    found = linprog(-columns.values, A_ub=columns.teams.T, b_ub=np.ones(len(pool)), bounds=(0, None), method="highs-ds")
    if not found.success:
        raise RuntimeError(found.message)
    return float(-found.fun) / len(pool)
