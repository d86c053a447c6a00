"""The bench's yardstick: what no matching can exceed must itself be counted by the plain formulas."""

from __future__ import annotations

import numpy as np
import pytest

from bench.matching.bound import columns_of, upper_bound
from matching.former import Terms, Weights, form_teams
from matching.tests.pools import PAST_THE_PROMISE, PATIENCE, pool_of, random_pool
from matching.tests.reference import Reference

TERMS = Terms(2, 3, 4, PATIENCE)


def test_every_team_is_in_it_with_the_score_that_the_formulas_give():
    reference = Reference(random_pool(9, 3, PAST_THE_PROMISE), TERMS, Weights(gender=2.0, skill=0.0, wait=1.5))
    columns = columns_of(reference)
    assert columns.teams.shape == (36 + 84 + 126, 9)
    for team, value in zip(columns.teams.toarray(), columns.values, strict=True):
        rows = np.flatnonzero(team).tolist()
        score = reference.score(rows)
        assert value == pytest.approx(len(rows) * 2 * score / (1 + score))


@pytest.mark.parametrize(("waited", "teams"), [(90.0, 1), (89.0, 0)])
def test_a_team_that_isolates_somebody_is_in_it_from_the_promise_on(waited: float, teams: int):
    pool = pool_of(*[waited] * 3, gender=[0, 1, 1])
    assert columns_of(Reference(pool, Terms(3, 3, 3, PATIENCE))).teams.shape == (teams, 3)


def test_no_matching_exceeds_it():
    pool = random_pool(14, 5, PAST_THE_PROMISE)
    assert form_teams(pool, TERMS, Weights(), seed=1, rounds=30).score <= upper_bound(pool, TERMS, Weights()) + 1e-6
