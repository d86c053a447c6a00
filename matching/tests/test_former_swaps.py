"""Swaps between the teams of a large pool, and teams mended that a search of a few teams at a time cannot mend."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from matching.former import Terms, Weights
from matching.former.dealing import first_split
from matching.former.ground import Ground
from matching.former.makes import makes_of
from matching.former.mending import mended
from matching.former.rules import ISOLATING, packed_gender
from matching.former.standing import NOBODY, Standing
from matching.former.swaps import Found, Places, Swaps, swap_gains, worth_of
from matching.former.units import Problem
from matching.former.worth import NEVER
from matching.tests.pools import JUST_COME, PAST_THE_PROMISE, PATIENCE, Mix, pool_of, random_pool

TERMS = Terms(2, 3, 5, PATIENCE)
ALL_RULES = Mix(languages=3, in_parties=0.3, blocks=0.2, recent=0.6, lobbies=4, longest=100.0)
MIXES = [JUST_COME, PAST_THE_PROMISE, ALL_RULES]


def ground_of(mix: Mix, seed: int, people: int = 150, terms: Terms = TERMS) -> Ground:
    problem = Problem(random_pool(people, seed, mix), terms, Weights(), None)
    return Ground(problem, np.flatnonzero(problem.units.languages != 0))


def as_lines(ground: Ground, split: list[list[int]]) -> Places:
    width = ground.terms.maximum
    return np.array([team + [NOBODY] * (width - len(team)) for team in split], np.intp)


def has_met(ground: Ground, teams: Places) -> NDArray[np.bool_]:
    if ground.met is None:
        return np.zeros(len(teams), np.bool_)
    return np.array([ground.met[np.ix_(team[team != NOBODY], team[team != NOBODY])].any() for team in teams])


def swapped(teams: Places, one: int, other: int) -> Places:
    """All teams with these two units in each other's place."""
    return np.where(teams == one, other, np.where(teams == other, one, teams))


@pytest.mark.parametrize("mix", MIXES)
def test_what_a_swap_gains_is_the_difference_in_worth(mix: Mix):
    ground = ground_of(mix, seed=3)
    teams = as_lines(ground, first_split(ground))
    standing, before = Standing(ground, teams), worth_of(ground, teams)
    movable = np.flatnonzero(standing.is_movable)
    drawn = movable[::7]
    gains = swap_gains(standing, drawn)
    # A team with team-mates of late is left at any price; one that isolates is worth a large number, less exact.
    other_way = (has_met(ground, teams) | (before < -1e5))[standing.team]
    compared = 0
    for line, one in enumerate(drawn.tolist()):
        for other in movable[::5].tolist():
            after = worth_of(ground, swapped(teams, one, other))
            if other_way[[one, other]].any():
                continue
            if (after <= NEVER / 2).any():
                assert gains[line, other] < 0
            elif gains[line, other] > -1:
                assert (after - before).sum() == pytest.approx(gains[line, other], rel=1e-6, abs=2e-3)
                compared += 1
    assert compared > 50
    assert (gains[:, ~standing.is_movable] == -np.inf).all()


@pytest.mark.parametrize("mix", MIXES)
def test_swaps_keep_everybody_and_every_rule_and_make_up_more(mix: Mix):
    ground = ground_of(mix, seed=4)
    teams = as_lines(ground, first_split(ground))
    worth = worth_of(ground, teams)
    swaps, before, rounds = Swaps(ground, np.random.default_rng(1)), worth.sum(), 0
    while (found := swaps.find(teams, worth)) is not None and rounds < 60:
        assert len(np.unique(found.numbers)) == found.numbers.size
        teams, worth, rounds = *_done(teams, worth, found), rounds + 1
    members = teams[teams != NOBODY]
    assert sorted(members.tolist()) == list(range(len(ground)))
    assert worth == pytest.approx(worth_of(ground, teams))
    assert worth.min() > NEVER / 2
    assert worth.sum() > before


def _done(teams: Places, worth: np.ndarray, found: Found) -> tuple[Places, np.ndarray]:
    teams, worth = teams.copy(), worth.copy()
    teams[found.numbers], worth[found.numbers] = found.teams, found.worth
    return teams, worth


def test_when_everybody_has_looked_no_swap_pays():
    ground = ground_of(JUST_COME, seed=5)
    teams = as_lines(ground, first_split(ground))
    worth, swaps = worth_of(ground, teams), Swaps(ground, np.random.default_rng(1))
    while (found := swaps.find(teams, worth)) is not None:
        teams, worth = _done(teams, worth, found)
    standing = Standing(ground, teams)
    assert swap_gains(standing, np.flatnonzero(standing.is_movable)).max() < 1e-4


def test_seven_of_forty_are_isolated_nowhere_once_more_than_three_teams_are_taken_apart():
    """In threes and fours they are two, two and three, so that four threes are needed: out of four fours."""
    women, people, terms = 7, 40, Terms(3, 4, 4, PATIENCE)
    pool = pool_of(*[100] * people, gender=[0] * women + [1] * (people - women))
    ground = Ground(Problem(pool, terms, Weights(), None), np.arange(people))
    split = [[0, 1, 2, 7], [3, 4, 8, 9], [5, 6, 10, 11], *(list(range(at, at + 4)) for at in range(12, 40, 4))]
    found = mended(ground, split)
    assert worth_of(ground, as_lines(ground, split)).min() < -ISOLATING / 2
    assert worth_of(ground, as_lines(ground, found)).min() > 0
    assert sorted(unit for team in found for unit in team) == list(range(people))


def test_who_is_left_over_may_change_places_so_that_nobody_is_isolated():
    pool = pool_of(*[100] * 7, gender=[0, 0, 0, 1, 1, 1, 1])
    ground = Ground(Problem(pool, Terms(3, 3, 3, PATIENCE), Weights(), None), np.arange(7))
    found = mended(ground, [[0, 1, 3], [4, 5, 6], [2]])
    assert sorted(len(team) for team in found) == [1, 3, 3]
    assert worth_of(ground, as_lines(ground, [team for team in found if len(team) > 1])).min() > 0


@pytest.mark.parametrize(("women", "men", "expected"), [(3, 3, [3, 3]), (1, 2, []), (2, 2, [4]), (1, 3, [])])
def test_makes_use_everybody_up_and_isolate_nobody(women: int, men: int, expected: list[int]):
    woman, man = packed_gender(np.array([0, 1], np.int32)).tolist()
    makes = makes_of(Terms(3, 3, 4, PATIENCE), {(woman, 1): women, (man, 1): men}, 0)
    assert sorted(map(sum, makes)) == expected
