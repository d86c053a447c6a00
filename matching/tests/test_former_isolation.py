"""Nobody is the only one of their gender where it can be helped, in pools of every size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations, product
from math import inf

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.former import UNSTATED, Matching, Pool, Rule, Terms
from matching.former.rules import is_isolating
from matching.tests.former_checks import Checked
from matching.tests.pools import PATIENCE, Mix, random_pool
from matching.tests.reference import Unit
from matching.tests.test_former_properties import all_terms, fewest_left, formed, mixes

GENDERS = st.sampled_from([(0.5, 0.5, 0.0), (0.8, 0.2, 0.0), (0.9, 0.06, 0.04), (0.4, 0.3, 0.3)])
# What a quiet machine has time for in a pool of two hundred; with fewer, one in a thousand isolates one more.
ROUNDS = 12


@given(
    people=st.integers(2, 40) | st.integers(41, 200), seed=st.integers(0, 2**20), terms=all_terms(), genders=GENDERS,
    unstated=st.sampled_from([0.0, 0.2]),
)  # fmt: skip
@settings(max_examples=120)
def test_past_the_promise_no_more_are_isolated_than_must_be(
    people: int, seed: int, terms: Terms, genders: tuple[float, ...], unstated: float
):
    pool = random_pool(people, seed, Mix(shortest=3 * PATIENCE, genders=genders, unstated=unstated))
    assert isolating(formed(pool, terms, rounds=ROUNDS)) == fewest_isolating(pool, terms)


@given(people=st.integers(41, 200), seed=st.integers(0, 2**20), mix=mixes(), terms=all_terms(), genders=GENDERS)
@settings(max_examples=60)
def test_past_the_promise_no_two_teams_could_be_put_together_anew_with_fewer_isolated(
    people: int, seed: int, mix: Mix, terms: Terms, genders: tuple[float, ...]
):
    """With languages, parties, blocks, lobbies and old acquaintances, and however little was searched."""
    pool = random_pool(people, seed, replace(mix, shortest=3 * PATIENCE, longest=4 * PATIENCE, genders=genders))
    assert list(better_pairs(Checked(pool, terms, formed(pool, terms)))) == []


@given(
    people=st.integers(2, 200), seed=st.integers(0, 2**20), size=st.integers(2, 5), genders=GENDERS,
    longest=st.sampled_from([10.0, 50.0, 80.0, 200.0]),
)  # fmt: skip
@settings(max_examples=60)
def test_nobody_is_isolated_where_pairs_and_threes_of_one_gender_are_possible(
    people: int, seed: int, size: int, genders: tuple[float, ...], longest: float
):
    pool = random_pool(people, seed, Mix(longest=longest, genders=genders))
    _, counts = np.unique(pool.gender[pool.gender >= 0], return_counts=True)
    assume(not (counts == 1).any())
    assert isolating(formed(pool, Terms(2, size, 5, PATIENCE))) == 0


def test_nobody_is_sent_out_of_their_team_only_to_come_back_at_the_cost_of_another():
    """Who is past the promise isolates somebody here; once teams are put together anew, only one of two."""
    pool = random_pool(27, 630990, Mix(unstated=0.0, genders=(0.8, 0.2, 0.0), longest=100.0, languages=2, recent=0.5))
    matching = formed(pool, Terms(3, 5, 5, PATIENCE))
    assert (matching.unplaced, isolating(matching)) == ((), 1)


@pytest.mark.parametrize("seed", range(12))
def test_the_fewest_that_must_be_isolated_are_the_same_counted_out_one_by_one(seed: int):
    """The measure itself, against one that tries everything."""
    terms = Terms(2 + seed % 2, 3, 3 + seed % 3, PATIENCE)
    pool = random_pool(8 + seed, seed, Mix(shortest=3 * PATIENCE, genders=(0.8, 0.1, 0.1), unstated=0.1))
    assert fewest_isolating(pool, terms) == counted_out(pool, terms)


def isolating(matching: Matching) -> int:
    return sum(relaxed.rule == Rule.NO_ISOLATION for team in matching.teams for relaxed in team.relaxed)


def better_pairs(checked: Checked) -> Iterator[tuple[list[Unit], list[Unit]]]:
    """Two teams each, made of two of this matching, that keep the hard rules and isolate fewer."""
    rules = checked.reference
    teams = [checked.units_of(team) for team in checked.matching.teams]
    for team in filter(rules.isolates, teams):
        for other in teams:
            now = 1 + rules.isolates(other)
            for one, rest in halves([*team, *other]) if other is not team else ():
                if rules.isolates(one) + rules.isolates(rest) < now and not (
                    rules.breaks_hard_rule(one) or rules.breaks_hard_rule(rest)
                ):
                    yield one, rest


def halves(units: list[Unit]) -> Iterator[tuple[list[Unit], list[Unit]]]:
    for size in range(1, len(units) // 2 + 1):
        for one in combinations(units, size):
            yield list(one), [unit for unit in units if unit not in one]


def kinds(pool: Pool) -> tuple[int, ...]:
    """How many people there are of each gender, and who stated none."""
    return tuple(int(np.count_nonzero(pool.gender == kind)) for kind in (0, 1, 2, UNSTATED))


def makes_of(terms: Terms) -> dict[tuple[int, ...], bool]:
    """Every make of a team, by people of each kind, and whether it isolates somebody."""
    sizes = range(terms.minimum, terms.maximum + 1)
    makes = (make for size in sizes for make in product(range(size + 1), repeat=4) if sum(make) == size)
    return {make: is_isolating(make[:3]) for make in makes}


def fewest_isolating(pool: Pool, terms: Terms) -> int:
    """Teams in which somebody must be isolated if as many as possible are to be placed, whoever is with whom.

    How many teams there are of each make, so that everybody is used up: an integer program, which is solved exactly.
    """
    makes, left = makes_of(terms), fewest_left(len(pool), terms)
    columns = np.array([*makes, *np.eye(4, dtype=int)]).T
    is_left = [[0] * len(makes) + [1] * 4]
    used = np.array([*kinds(pool), left])
    found = milp(
        [*map(float, makes.values()), 0, 0, 0, 0],
        constraints=LinearConstraint(np.vstack([columns, is_left]), used, used),
        integrality=np.ones(columns.shape[1]),
        bounds=Bounds(0, np.inf),
    )
    assert found.success, found.message
    return round(float(found.fun))


def counted_out(pool: Pool, terms: Terms) -> int:
    makes = makes_of(terms)

    @cache
    def fewest(there: tuple[int, ...], left: int) -> float:
        if sum(there) <= left:
            return 0 if sum(there) == left else inf
        first = next(place for place, count in enumerate(there) if count)
        # Somebody of the first kind that is there is in a team, or left over.
        found = inf
        for make, isolates in makes.items():
            if make[first] and all(count <= have for count, have in zip(make, there, strict=True)):
                rest = tuple(have - count for count, have in zip(make, there, strict=True))
                found = min(found, isolates + fewest(rest, left))
        if left:
            rest = tuple(have - (place == first) for place, have in enumerate(there))
            found = min(found, fewest(rest, left - 1))
        return found

    return int(fewest(kinds(pool), fewest_left(len(pool), terms)))
