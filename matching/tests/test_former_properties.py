from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.former import UNSTATED, Matching, Pool, Terms, Weights, Why, form_teams
from matching.tests.former_checks import Checked
from matching.tests.pools import PATIENCE, Mix, random_pool

ROUNDS = 3


@st.composite
def all_terms(draw: st.DrawFn, least: int = 2) -> Terms:
    minimum = draw(st.integers(least, 3))
    size = draw(st.integers(minimum, 5))
    return Terms(minimum, size, draw(st.integers(size, 5)), PATIENCE)


@st.composite
def mixes(draw: st.DrawFn) -> Mix:
    longest = draw(st.sampled_from([10.0, 50.0, 80.0, 200.0]))
    return Mix(
        unstated=draw(st.sampled_from([0.0, 0.2, 1.0])),
        genders=draw(st.sampled_from([(0.45, 0.45, 0.1), (0.9, 0.1, 0.0), (1.0, 0.0, 0.0)])),
        longest=longest,
        shortest=draw(st.sampled_from([0.0, longest])),
        languages=draw(st.sampled_from([0, 2, 6])),
        in_parties=draw(st.sampled_from([0.0, 0.5])),
        largest_party=draw(st.integers(2, 4)),
        blocks=draw(st.sampled_from([0.0, 0.3, 3.0])),
        recent=draw(st.sampled_from([0.0, 1.0])),
        lobbies=draw(st.integers(0, 3)),
    )


def formed(pool: Pool, terms: Terms, **options: Any) -> Matching:
    return form_teams(pool, terms, Weights(), **{"seed": 7, "rounds": ROUNDS, **options})


@given(people=st.integers(2, 60) | st.integers(2, 200), seed=st.integers(0, 2**20), mix=mixes(), terms=all_terms())
@settings(max_examples=150)
def test_whoever_waits_no_rule_is_broken_and_nobody_past_the_promise_is_left_who_could_be_placed(
    people: int, seed: int, mix: Mix, terms: Terms
):
    pool = random_pool(people, seed, mix)
    assert Checked(pool, terms, formed(pool, terms)).faults() == []


@given(
    people=st.integers(4, 14), seed=st.integers(0, 2**20), terms=all_terms(3), longest=st.sampled_from([3.4, 4.4, 6.7]),
    genders=st.sampled_from([(0.6, 0.4, 0.0), (0.8, 0.2, 0.0), (0.8, 0.1, 0.1)]),
)  # fmt: skip
@example(people=6, seed=718975, terms=Terms(3, 5, 5, PATIENCE), longest=20 / 3, genders=(0.8, 0.2, 0.0))
@settings(max_examples=150)
def test_nobody_is_lost_where_the_promise_to_some_isolates_others_who_have_only_just_come(
    people: int, seed: int, terms: Terms, longest: float, genders: tuple[float, ...]
):
    pool = random_pool(people, seed, Mix(unstated=0.0, genders=genders, longest=longest * PATIENCE))
    assert Checked(pool, terms, formed(pool, terms)).faults() == []


def test_whoever_fits_into_teams_only_once_those_were_put_together_anew_is_placed():
    """Six who may be in few teams, past twice their patience: no way for them until nobody was isolated any more."""
    mix = Mix(unstated=0.0, genders=(0.8, 0.2, 0.0), shortest=60.0, longest=100.0, languages=6, blocks=1.0, recent=0.5)
    assert formed(random_pool(35, 875972, mix), Terms(3, 5, 5, PATIENCE)).unplaced == ()


@example(people=55, seed=583646)
@given(people=st.integers(14, 80), seed=st.integers(0, 2**20))
@settings(max_examples=40)
def test_nobody_past_the_promise_is_held_back_so_that_a_newcomer_has_a_place_later(people: int, seed: int):
    mix = Mix(unstated=0.2, genders=(0.8, 0.2, 0.0), longest=100.0, languages=2, blocks=0.3, recent=0.5)
    pool, terms = random_pool(people, seed, mix), Terms(3, 4, 4, PATIENCE)
    assert Checked(pool, terms, formed(pool, terms)).faults() == []


@given(
    people=st.integers(2, 200), seed=st.integers(0, 2**20), terms=all_terms(), genders=st.sampled_from([0.5, 0.9, 1.0])
)
@settings(max_examples=80)
def test_past_the_promise_everybody_is_placed_where_neither_language_nor_block_is_in_the_way(
    people: int, seed: int, terms: Terms, genders: float
):
    mix = Mix(shortest=3 * PATIENCE, genders=(genders, 1 - genders, 0.0), recent=1.0)
    unplaced = formed(random_pool(people, seed, mix), terms).unplaced
    assert len(unplaced) == fewest_left(people, terms)


def fewest_left(people: int, terms: Terms) -> int:
    """How many cannot be placed in teams of the allowed sizes, whatever is done: nobody from two people on in pairs."""
    sizes = range(terms.minimum, terms.maximum + 1)
    possible = {0}
    for _ in range(people):
        possible |= {total + size for total in possible for size in sizes if total + size <= people}
    return people - max(possible)


@given(people=st.integers(2, 14), seed=st.integers(0, 2**20), mix=mixes(), terms=all_terms(), blocks=st.integers(1, 20))
@settings(max_examples=150)
def test_nobody_can_read_a_block_off_why_they_wait(people: int, seed: int, mix: Mix, terms: Terms, blocks: int):
    """Whoever would wait as well if nobody had blocked anybody is told the same."""
    pool = random_pool(people, seed, replace(mix, longest=10.0, shortest=0.0, blocks=0.0))
    pairs = np.random.default_rng(seed).integers(len(pool), size=(blocks, 2)).astype(np.int32)
    parties = pool.parties[pairs]
    blocked = replace(pool, blocks=pairs[(parties[:, 0] != parties[:, 1]) | (parties[:, 0] < 0)])
    freely, apart = formed(pool, terms), formed(blocked, terms)
    if not freely.teams and not apart.teams:
        assert apart.unplaced == freely.unplaced
    enough = placed(freely) - placed(apart)
    assert all(one.why != Why.LANGUAGE for one in apart.unplaced if one.ticket in enough)
    assert not any(one.is_hopeless for one in apart.unplaced if one.ticket in enough)


def placed(matching: Matching) -> set[int]:
    return {ticket for team in matching.teams for ticket in team.tickets}


@given(people=st.integers(2, 200), seed=st.integers(0, 2**20), mix=mixes(), terms=all_terms())
@settings(max_examples=30)
def test_the_same_pool_gives_the_same_teams(people: int, seed: int, mix: Mix, terms: Terms):
    assert formed(random_pool(people, seed, mix), terms) == formed(random_pool(people, seed, mix), terms)


@given(people=st.integers(2, 30), seed=st.integers(0, 2**20), terms=all_terms(), mix=mixes())
@example(people=6, seed=0, terms=Terms(3, 3, 4, PATIENCE), mix=Mix(unstated=0.0))  # a free seat is not for the taking
@settings(max_examples=100)
def test_where_nobody_else_comes_everybody_has_a_team_by_the_promise(people: int, seed: int, terms: Terms, mix: Mix):
    """Each tick places whom it can; rooms with a seat to spare stay open; what is held back is made in time."""
    alone = Mix(longest=PATIENCE / 2, genders=mix.genders, unstated=mix.unstated)
    assert len(left_at_the_end(random_pool(people, seed, alone), terms)) == fewest_left(people, terms)


@given(people=st.integers(2, 200), seed=st.integers(0, 2**20), mix=mixes(), terms=all_terms())
@settings(max_examples=60)
def test_past_the_promise_nobody_is_left_whom_one_team_taken_apart_would_place(
    people: int, seed: int, mix: Mix, terms: Terms
):
    """Whoever comes, with languages, parties, blocks and lobbies."""
    pool = random_pool(people, seed, replace(mix, shortest=3 * PATIENCE, longest=4 * PATIENCE))
    checked = Checked(pool, terms, formed(pool, terms))
    assert checked.faults() == []
    assert checked.placed_by_a_move() == []


def left_at_the_end(pool: Pool, terms: Terms) -> list[int]:
    """Tickets left over after a hundred seconds of ticks."""
    left, rooms = list(range(len(pool))), list[list[int]]()
    for second in range(0, 100, 10):
        open_rooms = [room for room in rooms if len(room) < terms.maximum]
        found = formed(as_it_stands(pool, left, open_rooms, second), terms)
        for team in found.teams:
            rooms.append([*(open_rooms[team.lobby] if team.lobby >= 0 else []), *team.tickets])
        filled = [open_rooms[team.lobby] for team in found.teams if team.lobby >= 0]
        rooms = [room for room in rooms if room not in filled]
        left = [one.ticket for one in found.unplaced]
    return left


def as_it_stands(pool: Pool, left: list[int], rooms: list[list[int]], second: float) -> Pool:
    """People who came alone so many seconds later: who still waits, then who sits in a room with room for more."""
    rows = [*left, *(row for room in rooms for row in room)]
    lobbies = [UNSTATED] * len(left) + [number for number, room in enumerate(rooms) for _ in room]
    traits = "languages interests gender country organisation occupation skill parties".split()
    return Pool(
        tickets=np.array([*left, *[UNSTATED] * (len(rows) - len(left))], np.int64),
        waited=pool.waited[rows] + second,
        lobbies=np.array(lobbies, np.int32),
        blocks=pool.blocks[:0],
        recent=pool.recent[:0],
        **{name: getattr(pool, name)[rows] for name in traits},
    )
