"""Scores, against the formulas in plain Python."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from matching.former import Pool, Terms, Weights, form_teams
from matching.former.exact import best_split
from matching.former.ground import Ground
from matching.former.pairs import most_unlike
from matching.former.rules import is_isolating
from matching.former.units import Problem
from matching.tests.pools import PAST_THE_PROMISE, PATIENCE, Mix, pool_of, random_pool
from matching.tests.reference import Reference

TERMS = Terms(2, 3, 5, PATIENCE)
MIXED = Mix(languages=3, in_parties=0.4, largest_party=3, blocks=0.3, recent=0.8, lobbies=2, longest=100.0)
MIXES = [PAST_THE_PROMISE, MIXED, Mix(longest=20.0, lobbies=1), Mix(shortest=90.0, longest=100.0, recent=1.0)]


@pytest.mark.parametrize("seed", range(24))
def test_few_people_are_split_as_well_as_looking_at_every_split_would(seed: int):
    random = np.random.default_rng(seed)
    minimum, size, maximum = sorted(random.integers(2, 6, 3).tolist())
    terms = Terms(minimum, size, maximum, PATIENCE)
    pool = random_pool(int(random.integers(2, 8)), seed, MIXES[seed % len(MIXES)])
    reference = Reference(pool, terms)
    problem = Problem(pool, terms, Weights(), None)
    units = [tuple(row for row in rows if row >= 0) for rows in problem.units.rows.tolist()]
    worth = 0.0
    for group in best_split(Ground(problem, np.arange(len(units)))):
        team = [units[place] for place in group]
        if len(team) > 1 or reference.may_be(team):
            assert reference.may_be(team)
            worth += reference.worth(team)
        else:
            worth -= reference.left_out(team[0])
    assert worth == pytest.approx(reference.best(), abs=1e-6)


@pytest.mark.parametrize(
    ("people", "terms"), [(40, TERMS), (30, Terms(2, 4, 5, PATIENCE)), (10, Terms(2, 2, 3, PATIENCE))]
)
def test_a_team_shows_the_score_that_the_formulas_give(people: int, terms: Terms):
    weights = Weights(gender=2.0, country=0.5, skill=0.0, wait=1.5)
    pool = random_pool(people, 3, Mix(recent=0.5))
    matching = form_teams(pool, terms, weights, seed=1, rounds=2)
    reference = Reference(pool, terms, weights)
    assert matching.teams
    for team in matching.teams:
        assert team.score == pytest.approx(reference.score(list(team.tickets)), abs=2e-6)
        assert team.runner_up_score == pytest.approx(reference.score(list(team.runner_up)), abs=2e-6)


def test_a_matchings_score_counts_who_has_no_team_as_nothing():
    pool = random_pool(61, 1, Mix(longest=10.0))
    matching = form_teams(pool, Terms(2, 3, 3, PATIENCE), Weights(), seed=1, rounds=5)
    gained = sum(len(team.tickets) * 2 * team.score / (1 + team.score) for team in matching.teams)
    scores = [team.score for team in matching.teams]
    assert matching.unplaced
    assert matching.score == pytest.approx(gained / 61, abs=2e-6)
    assert matching.mean == pytest.approx(np.mean(scores), abs=2e-6)
    assert matching.harmonic == pytest.approx(len(scores) / sum(1 / score for score in scores), abs=2e-6)
    assert matching.minimum == min(scores)


def test_what_somebody_did_not_state_is_neither_good_nor_bad():
    pool = pool_of(0, 0, country=[-1, 4])
    criteria = form_teams(pool, Terms(2, 2, 2, PATIENCE), Weights(), seed=1).teams[0].criteria
    assert criteria["country"] == criteria["gender"] == criteria["interests"] == 0.5


@pytest.mark.parametrize(("people", "best"), [(2, 1.0), (3, 1.0), (4, 5 / 6), (5, 0.8)])
def test_a_team_is_measured_against_the_most_mixed_of_its_size(people: int, best: float):
    spread = [number % 3 for number in range(people)]
    unlike = [one != other for one, other in combinations(spread, 2)]
    assert most_unlike(people, 3) == pytest.approx(best) == pytest.approx(sum(unlike) / len(unlike))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((1, 2, 0), True), ((0, 4, 1), True), ((1, 1, 1), False), ((1, 1, 0), False), ((2, 2, 0), False),
     ((3, 0, 0), False), ((1, 2, 1), False), ((1, 0, 0), False)],
)  # fmt: skip
def test_isolated_is_who_faces_two_or_more_others_of_one_other_gender(counts: tuple[int, ...], expected: bool):
    assert is_isolating(counts) is expected


@pytest.mark.parametrize("change", [{"gender": -1.0}, {"wait": float("nan")}, {"size": float("inf")}])
def test_weights_that_cannot_be_are_refused(change: dict[str, float]):
    with pytest.raises(ValueError, match="Weights are"):
        Weights(**change)


def test_a_fourth_gender_or_an_unknown_row_is_refused():
    with pytest.raises(ValueError, match="At most 3"):
        _form(pool_of(0, 0, 0, 0, gender=[5, 6, 7, 8]))
    with pytest.raises(ValueError, match="does not have"):
        _form(pool_of(0, 0, blocks=[(0, 2)]))


def _form(pool: Pool) -> None:
    form_teams(pool, TERMS, Weights(), seed=1)
