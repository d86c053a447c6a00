"""What the team-former does, point by point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from matching.former import Matching, Pool, Rule, Terms, Weights, Why, form_teams
from matching.former.clock import LEAST_ROUNDS
from matching.tests.former_checks import Checked
from matching.tests.pools import Mix, pool_of, random_pool

WOMAN, MAN = 0, 1


def formed(pool: Pool, *sizes: int, patience: float = 30.0, **options: Any) -> Matching:
    """In teams of (minimum, ideal, maximum), 2–3–5 by default."""
    minimum, ideal, maximum = sizes or (2, 3, 5)
    terms = Terms(minimum, ideal, maximum, patience)
    matching = form_teams(pool, terms, Weights(), **{"seed": 1, "rounds": 5, **options})
    assert Checked(pool, terms, matching).faults() == []
    return matching


def sizes(matching: Matching) -> list[int]:
    return sorted(len(team.tickets) for team in matching.teams)


def tickets(matching: Matching) -> list[tuple[int, ...]]:
    return [team.tickets for team in matching.teams]


def test_the_ideal_size_is_teamed_at_once():
    assert sizes(formed(pool_of(*[1] * 9))) == [3, 3, 3]


def test_two_of_three_wait_for_a_third_and_are_told_how_many_it_takes():
    left = formed(pool_of(2, 1)).unplaced
    assert [(one.why, one.missing, one.is_hopeless) for one in left] == [(Why.MORE_PEOPLE, 1, False)] * 2


def test_after_the_patience_two_are_enough_and_the_second_is_named():
    (team,) = formed(pool_of(31, 1)).teams
    assert [(relaxed.rule, relaxed.second) for relaxed in team.relaxed] == [(Rule.IDEAL_SIZE, 31.0)]


def test_four_people_in_threes_are_held_back_and_become_two_pairs():
    assert formed(pool_of(3, 2, 1, 0), 2, 3, 3).teams == ()
    assert sizes(formed(pool_of(33, 32, 31, 30), 2, 3, 3)) == [2, 2]


def test_the_first_of_four_to_lose_patience_does_not_strand_the_last():
    """Three would be a team at once, and the fourth alone for good."""
    first = formed(pool_of(30, 3, 2, 1), 2, 3, 3)
    assert sizes(first) == [2]
    assert [one.is_hopeless for one in first.unplaced] == [False, False]


def test_held_back_people_are_told_that_it_takes_time():
    left = formed(pool_of(3, 2, 1, 0), 2, 3, 3).unplaced
    assert {(one.why, one.missing) for one in left} == {(Why.TIME, 0)}


def test_where_a_team_can_take_one_more_nobody_is_held_back():
    first = formed(pool_of(3, 2, 1, 0), 2, 3, 4)
    assert (sizes(first), len(first.unplaced)) == ([3], 1)


def test_one_who_lost_patience_joins_a_team_of_this_run():
    assert sizes(formed(pool_of(40, 3, 2, 1), 2, 3, 4)) == [4]


@pytest.mark.parametrize("wait", [1, 31, 61])
def test_a_man_who_has_a_place_keeps_it_though_five_women_without_him_isolate_nobody(wait: int):
    pool = pool_of(100, wait, 1, 1, 1, 1, gender=[WOMAN, MAN, WOMAN, WOMAN, WOMAN, WOMAN])
    assert sizes(formed(pool, 3, 3, 5)) == [3, 3]


def test_many_held_back_teams_free_one_seat_each():
    """Seventeen in fours and fives: three teams of five and two over, or a team more of which each gives one."""
    assert sizes(formed(pool_of(*[100] * 17), 4, 5, 5)) == [4, 4, 4, 5]


def test_a_person_alone_is_told_so():
    (left,) = formed(pool_of(200)).unplaced
    assert (left.why, left.missing, left.is_hopeless) == (Why.MORE_PEOPLE, 1, True)


def test_who_speaks_with_nobody_is_told_so():
    pool = pool_of(200, 200, 200, languages=[{1}, {2}, {2, 3}])
    matching = formed(pool)
    assert tickets(matching) == [(1, 2)]
    (left,) = matching.unplaced
    assert (left.ticket, left.why, left.is_hopeless) == (0, Why.LANGUAGE, True)


def test_a_language_in_common_is_one_for_the_whole_team():
    """Each two of these understand each other; all three do not."""
    chain = pool_of(1, 1, 1, languages=[{1, 2}, {2, 3}, {1, 3}])
    assert formed(chain).teams == ()


def test_who_is_blocked_by_all_others_needs_other_people():
    (left,) = formed(pool_of(200, 200, 200, blocks=[(0, 1), (2, 0)])).unplaced
    assert (left.ticket, left.why, left.missing, left.is_hopeless) == (0, Why.MORE_PEOPLE, 1, True)


def test_blocks_of_everybody_leave_everybody_over():
    pairs = [(one, other) for one in range(5) for other in range(one)]
    matching = formed(pool_of(*[200] * 5, blocks=pairs))
    assert matching.teams == ()
    assert all(one.is_hopeless for one in matching.unplaced)


APART = {"blocks": [(0, 1)]}


@pytest.mark.parametrize("waits", [(1, 0), (29, 29)])
def test_two_of_three_read_the_same_number_if_one_blocked_the_other(waits: tuple[float, ...]):
    assert formed(pool_of(*waits, **APART)).unplaced == formed(pool_of(*waits)).unplaced
    assert {one.missing for one in formed(pool_of(*waits, **APART)).unplaced} == {1}


@pytest.mark.parametrize("waits", [(31, 1), (89, 89)])
def test_enough_people_of_whom_two_must_not_meet_are_told_what_two_who_met_lately_are(waits: tuple[float, ...]):
    """Once two are enough; until the promise, when there is no other reason left, nobody is sent away for it."""
    told = formed(pool_of(*waits, **APART)).unplaced
    assert {(one.why, one.missing, one.is_hopeless) for one in told} == {(Why.TIME, 0, False)}
    assert told[:1] == formed(pool_of(59, 1, recent=[(0, 1)])).unplaced[:1]


def test_after_the_promise_who_cannot_meet_anybody_is_sent_away():
    assert all(one.is_hopeless for one in formed(pool_of(90, 90, **APART)).unplaced)


@pytest.mark.parametrize(
    "apart", [{"blocks": [(0, 1)]}, {"recent": [(0, 1)]}, {"gender": [WOMAN, MAN, MAN]}]
)  # fmt: skip
def test_a_lobby_that_is_not_for_somebody_gives_one_answer_whatever_keeps_them_apart(apart: dict[str, Any]):
    (left,) = formed(pool_of(20, 0, 0, lobbies=[-1, 0, 0], **apart)).unplaced
    assert (left.why, left.missing, left.is_hopeless) == (Why.TIME, 0, False)


def test_a_lobby_with_too_few_people_counts_for_what_it_has():
    (left,) = formed(pool_of(20, 0, lobbies=[-1, 0]), 3, 4, 4).unplaced
    assert (left.why, left.missing) == (Why.MORE_PEOPLE, 1)


def test_a_lobby_that_takes_one_more_than_who_asks_is_a_way_into_a_team():
    """Only a lobby brings three of these together, and only one pair finds room in it."""
    pool = pool_of(95, 94, 93, 92, 0, lobbies=[-1, -1, -1, -1, 0], blocks=[(0, 1), (2, 3)])
    matching = formed(pool, 3, 3, 3)
    assert [team.lobby for team in matching.teams] == [0]
    assert [(one.why, one.is_hopeless) for one in matching.unplaced] == [(Why.MORE_PEOPLE, False)] * 2


def test_a_lobby_that_takes_two_more_than_who_asks_is_a_way_into_a_team():
    """Nobody can play with everybody: three pairs of whom each keeps one out of the lobby of this tick."""
    pool = pool_of(*[95] * 6, 0, lobbies=[-1] * 6 + [0], blocks=[(0, 1), (2, 3), (4, 5)])
    matching = formed(pool, 4, 4, 4)
    assert [team.lobby for team in matching.teams] == [0]
    assert [one.is_hopeless for one in matching.unplaced] == [False] * 3


def test_a_lobby_in_which_a_block_sits_is_no_way_into_a_team():
    pool = pool_of(95, 94, 0, lobbies=[-1, -1, 0], blocks=[(0, 2)])
    (left,) = formed(pool, 3, 3, 3).unplaced[:1]
    assert (left.ticket, left.is_hopeless) == (0, True)


def test_nobody_is_sent_away_because_there_was_no_time_to_look_at_every_team():
    """Four crowds, each at odds within itself, and one newcomer whom only the last of three crowds gets on with: each
    of the first crowd has a team of five, among some thirty thousand of four to which nobody can be added."""
    crowd, newcomer = 32, 128
    pairs = [(one, other) for first in range(0, newcomer, crowd) for one in range(first, first + crowd)
             for other in range(one + 1, first + crowd)]  # fmt: skip
    apart = [(one, newcomer) for one in range(crowd, newcomer) if one % crowd != crowd - 1]
    pool = pool_of(*[95] * newcomer, 0, blocks=[*pairs, *apart])
    left = form_teams(pool, Terms(5, 5, 5, 30.0), Weights(), seed=1, rounds=0).unplaced
    assert not [one.ticket for one in left if one.ticket < crowd and one.is_hopeless]


def test_a_party_stays_together():
    pool = pool_of(9, 8, 7, 6, 5, 4, parties=[-1, 3, -1, 3, 8, 8])
    teams = tickets(formed(pool))
    assert len(teams) == 2
    assert all({1, 3} <= set(team) or not {1, 3} & set(team) for team in teams)


@pytest.mark.parametrize("columns", [{"parties": [1] * 4}, {"parties": [1, 1], "blocks": [(0, 1)]},
                                     {"parties": [1, 1], "languages": [{1}, {2}]}])  # fmt: skip
def test_a_party_that_can_never_be_a_team_is_told_so(columns: dict[str, Any]):
    left = formed(pool_of(*[200] * len(columns["parties"]), **columns), 2, 3, 3).unplaced
    assert {(one.why, one.is_hopeless) for one in left} == {(Why.NOBODY_FITS, True)}


def test_a_lobby_is_filled_before_a_team_is_formed():
    pool = pool_of(1, 1, 1, 0, 0, lobbies=[-1, -1, -1, 0, 0])
    (team, *others) = formed(pool).teams
    assert (team.lobby, len(team.tickets), others) == (0, 1, [])


def test_a_seat_beyond_the_ideal_size_is_for_those_who_lost_patience():
    full = {"lobbies": [-1, 0, 0, 0]}
    assert formed(pool_of(29, 0, 0, 0, **full)).teams == ()
    (team,) = formed(pool_of(30, 0, 0, 0, **full)).teams
    assert (team.lobby, team.tickets, team.relaxed[0].rule) == (0, (0,), Rule.IDEAL_SIZE)


def test_seats_that_are_not_free_are_not_given():
    """Who holds a seat without being a row, a practice bot for one, still takes it."""
    pool = pool_of(40, 40, 0, lobbies=[-1, -1, 0])
    free = np.array([1], np.int32)
    seated = [team.tickets for team in formed(pool, lobby_free=free).teams if team.lobby == 0]
    assert all(len(tickets) <= 1 for tickets in seated)


def test_team_mates_of_late_meet_again_only_after_twice_the_patience():
    met = {"recent": [(0, 1)]}
    assert formed(pool_of(59, 59, **met)).teams == ()
    (team,) = formed(pool_of(60, 59, **met)).teams
    assert [relaxed.rule for relaxed in team.relaxed] == [Rule.IDEAL_SIZE, Rule.NO_RECENT]


def test_team_mates_of_late_are_kept_apart_where_another_team_is_possible():
    teams = tickets(formed(pool_of(*[100] * 4, recent=[(0, 1), (2, 3)]), 2, 2, 2))
    assert not {(0, 1), (2, 3)} & set(teams)


def test_a_party_may_have_met():
    (team,) = formed(pool_of(31, 31, parties=[1, 1], recent=[(0, 1)])).teams
    assert [relaxed.rule for relaxed in team.relaxed] == [Rule.IDEAL_SIZE]


def test_nobody_is_isolated_while_another_split_exists():
    pool = pool_of(*[100] * 6, gender=[WOMAN, WOMAN, WOMAN, WOMAN, MAN, MAN])
    assert all(Rule.NO_ISOLATION not in [one.rule for one in team.relaxed] for team in formed(pool, 2, 3, 3).teams)


def test_one_of_two_genders_waits_for_the_promise_before_being_the_only_one():
    genders = {"gender": [WOMAN, MAN, MAN]}
    assert formed(pool_of(89, 89, 89, **genders), 3, 3, 3).teams == ()
    (team,) = formed(pool_of(90, 89, 89, **genders), 3, 3, 3).teams
    assert [relaxed.rule for relaxed in team.relaxed] == [Rule.NO_ISOLATION]


def test_who_stated_no_gender_is_neither_isolated_nor_isolating():
    assert sizes(formed(pool_of(1, 1, 1, gender=[MAN, MAN, -1]), 3, 3, 3)) == [3]
    assert sizes(formed(pool_of(1, 1, 1, gender=[MAN, WOMAN, -1]), 3, 3, 3)) == [3]


def test_the_runner_up_is_the_best_other_team_of_who_waited_longest():
    pool = pool_of(5, 4, 3, 2, country=[1, 1, 2, 3])
    (team,) = formed(pool, 3, 3, 4).teams
    assert set(team.tickets) == {0, 2, 3}
    assert team.runner_up in {(0, 1, 2), (0, 1, 3)}
    assert 0 < team.runner_up_score < team.score


def test_without_another_possible_team_there_is_no_runner_up():
    (team,) = formed(pool_of(1, 1, 1)).teams
    assert (team.runner_up, team.runner_up_score) == ((), 0.0)


def test_the_longest_wait_is_placed_first_where_nothing_else_tells_people_apart():
    assert tickets(formed(pool_of(29, 28, 27, 26), 3, 3, 4)) == [(0, 1, 2)]


def test_nobody_makes_no_team():
    assert formed(pool_of()) == Matching((), (), 0.0, 0.0, 0.0, 0.0, 0)


@pytest.mark.parametrize("people", [7, 40, 300, 1500])
@pytest.mark.parametrize("budget", [0.0, 0.05, None])
def test_the_rounds_that_were_run_give_the_same_teams_again_byte_for_byte(people: int, budget: float | None):
    pool = random_pool(people, 5, Mix(languages=3, in_parties=0.2, recent=0.4, lobbies=2))
    terms = Terms(2, 3, 5, 30.0)
    timed = form_teams(pool, terms, Weights(), seed=11, budget=budget)
    again = form_teams(pool, terms, Weights(), seed=11, rounds=timed.rounds)
    assert as_json(again) == as_json(timed)


def test_teams_are_mixed_a_little_even_without_time():
    pool = random_pool(300, 5)
    without_time = form_teams(pool, Terms(2, 3, 5, 30.0), Weights(), seed=1, budget=0.0)
    assert without_time.rounds == LEAST_ROUNDS
    assert without_time.score > form_teams(pool, Terms(2, 3, 5, 30.0), Weights(), seed=1, rounds=0).score


def test_another_process_gives_the_same_teams_byte_for_byte():
    """Nothing depends on the order of a set of names, or on what was worked out before."""
    code = (
        "from matching.tests.test_former import *;"
        "print(as_json(form_teams(random_pool(400, 9, Mix(languages=3, recent=0.3)), Terms(2, 4, 5, 30.0), Weights(),"
        "seed=3, rounds=30)))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def as_json(matching: Matching) -> str:
    return json.dumps(asdict(matching))


def test_past_the_promise_a_seat_of_a_team_that_is_filled_later_is_taken_at_once():
    mix = Mix(
        shortest=200.0,
        longest=200.0,
        genders=(0.9, 0.1, 0.0),
        unstated=0.2,
        languages=6,
        blocks=3.0,
        recent=1.0,
        lobbies=3,
    )
    pool = random_pool(19, 938257, mix)
    formed(pool, 3, 5, 5, rounds=0)


def test_a_lobby_isolates_nobody_before_its_time_even_if_nothing_was_searched():
    mix = Mix(unstated=0.0, genders=(0.9, 0.1, 0.0), longest=80.0, languages=6, in_parties=0.5, largest_party=3,
              blocks=0.3, lobbies=2)  # fmt: skip
    formed(random_pool(26, 228659, mix), 2, 4, 5, rounds=0)


def test_large_pools_are_searched_in_districts_and_leave_nobody_over_for_it():
    pool = random_pool(1500, 2, Mix(languages=4, longest=10.0))
    terms = Terms(2, 3, 5, 30.0)
    matching = form_teams(pool, terms, Weights(), seed=1, rounds=2)
    assert len(matching.unplaced) < 6
    assert form_teams(pool, terms, Weights(), seed=1, rounds=2) == matching


def test_another_seed_may_give_other_teams():
    pool = random_pool(60, 5)
    assert formed(pool, seed=1, rounds=1).teams != formed(pool, seed=2, rounds=1).teams


def test_more_rounds_are_never_worse():
    pool = random_pool(150, 4)
    scores = [formed(pool, rounds=rounds).score for rounds in (1, 4, 16)]
    assert scores == sorted(scores)


def test_the_former_knows_neither_django_nor_a_database():
    code = "import sys, matching.former; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
