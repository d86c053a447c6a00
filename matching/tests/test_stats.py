"""Figures from tickets: waits, rate and trend, success, calibration, health and advice."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from matching.stats.advice import Facts, Kind, Stranded, advice_for
from matching.stats.figures import Terms, figures_of
from matching.stats.health import State, Status, health_of
from matching.stats.rate import Trend, match_rate
from matching.stats.success import Held, Success, calibration_of, success_of
from matching.stats.tickets import Outcome, Seen
from matching.stats.waits import waits_by_group, waits_of_all

CALM = Success(10, 0, 0, 0)
STATE = State(waiting=6, longest=20, overdue=0, unfitting=0, minimum=2, promise=90, lately=CALM)
FACTS = Facts(
    waiting=6, longest=40, overdue=0, unfitting=0, minimum=2, size=3, patience=30, joined=6, matched=6, no_team=0
)  # fmt: skip


def waiting(seconds: float, group: str = "en", **more: object) -> Seen:
    return Seen(group, Outcome.WAITING, seconds, seconds, **more)  # type: ignore[arg-type]


def ended(seconds: float, outcome: Outcome = Outcome.MATCHED, *, ago: float = 60, group: str = "en", **more: object):
    return Seen(group, outcome, seconds, seconds, ago, **more)  # type: ignore[arg-type]


def test_waits_by_group_count_who_left_for_as_long_as_they_waited():
    tickets = [ended(10), ended(20), ended(60, Outcome.LEFT), waiting(70), ended(5, group="de"), waiting(3, "de")]
    english, german = waits_by_group(tickets)
    assert (english.group, english.waiting, english.matched, english.average) == ("en", 1, 2, 15)
    # Two of four never came into a team, so that nine in ten have no time.
    assert (english.p50, english.p90, english.longest, english.longest_now) == (20, None, 70, 70)
    assert (german.p50, german.longest_now) == (5, 3)


def test_an_empty_queue_has_no_waits():
    none = waits_of_all([])
    assert (none.waiting, none.matched, none.average, none.p50, none.longest) == (0, 0, None, None, None)


def test_the_rate_is_that_of_the_last_ten_minutes_in_people_a_minute():
    tickets = [ended(5, ago=30, room=1), ended(5, ago=30, room=1), ended(5, ago=700, room=2), ended(5, Outcome.LEFT)]
    rate = match_rate(tickets)
    assert (rate.per_minute, rate.before, rate.teams) == (0.2, 0.1, 2)
    assert (len(rate.minutes), rate.minutes[-1], rate.minutes[-12]) == (30, 2, 1)


@pytest.mark.parametrize(
    ("last", "before", "trend"),
    [
        (0, 0, Trend.TOO_FEW), (6, 3, Trend.TOO_FEW), (12, 10, Trend.STEADY),
        (30, 10, Trend.RISING), (10, 30, Trend.FALLING),
    ],
)  # fmt: skip
def test_a_trend_is_told_only_where_it_is_more_than_luck(last, before, trend):
    assert match_rate([ended(5, ago=60)] * last + [ended(5, ago=660)] * before).trend is trend


def test_a_steady_stream_is_seldom_called_a_trend():
    luck = random.Random(20)
    called = 0
    for _ in range(400):
        times = (luck.uniform(0, 1200) for _ in range(60))
        called += match_rate(ended(5, ago=ago) for ago in times).trend is not Trend.STEADY
    assert called <= 40, called


def test_success_counts_everybody_who_went_without_a_team_and_nobody_who_practises():
    ends = [Outcome.MATCHED, Outcome.MATCHED, Outcome.LEFT, Outcome.EXPIRED, Outcome.NO_TEAM, Outcome.OTHER]
    success = success_of([*(ended(5, end) for end in ends), ended(5, ago=4000), waiting(5)], within=3600)
    assert (success.ended, success.share) == (5, 0.4)


def test_success_of_nobody_is_no_number():
    assert success_of([waiting(5)], within=3600).share is None


def test_calibration_counts_a_forecast_once_it_has_held_or_not():
    tickets = [
        ended(10, p90=30), ended(40, p90=30),
        waiting(31, p90=30), waiting(29, p90=30),
        ended(10, Outcome.LEFT, p90=30), ended(35, Outcome.LEFT, p90=30),
        ended(10), ended(1, group="de", p90=3),
    ]  # fmt: skip
    assert calibration_of(tickets) == [Held("en", 4, 1), Held("de", 1, 1)]


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"waiting": 0, "longest": 0.0}, Status.QUIET, "Nobody waits"),
        ({"waiting": 1}, Status.GOOD, "a team takes two"),
        ({"waiting": 1, "longest": 400.0, "overdue": 1}, Status.WATCH, "invite more"),
        ({}, Status.GOOD, "within the promised 90 s"),
        ({"overdue": 2, "longest": 130.0}, Status.ALARM, "Two people have waited longer"),
        ({"overdue": 2, "unfitting": 2, "longest": 130.0}, Status.WATCH, "nobody here fits them"),
        ({"lately": Success(2, 5, 3, 0)}, Status.WATCH, "8 people went without a team"),
        ({"lately": Success(0, 2, 0, 0)}, Status.GOOD, "within the promised"),
        ({"held": 20.0}, Status.HELD, "held for 20 s"),
        ({"held": 900.0}, Status.WATCH, "held for 15 min"),
        ({"held": 900.0, "waiting": 0}, Status.HELD, "nobody waits"),
        ({"is_open": False, "waiting": 0}, Status.CLOSED, "closed"),
    ],
)
def test_health_says_why(changes, status, words):
    health = health_of(replace(STATE, **changes))
    assert (health.status, words in health.reason) == (status, True), health


def test_an_empty_or_tiny_queue_is_never_an_alarm():
    for people in range(2):
        for longest in (0.0, 1e5):
            state = replace(STATE, waiting=people, longest=longest, overdue=people, lately=Success(0, 9, 9, 9))
            assert health_of(state).status is not Status.ALARM


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, []),
        ({"waiting": 0}, []),
        ({"held": 60.0}, [Kind.RELEASE]),
        ({"held": 60.0, "waiting": 0}, []),
        ({"overdue": 1}, [Kind.TICK]),
        ({"overdue": 1, "unfitting": 1}, []),
        ({"waiting": 1}, [Kind.INVITE]),
        ({"waiting": 1, "longest": 10}, []),
        ({"stranded": [Stranded("Finnish", 1, 60)]}, [Kind.INVITE]),
        ({"waiting": 14, "joined": 20, "matched": 12}, [Kind.OPEN_QUEST]),
        ({"waiting": 14, "joined": 12, "matched": 12}, []),
        ({"no_team": 3}, [Kind.OPEN_QUEST]),
        ({"team_sizes": [2, 2, 2, 3]}, [Kind.LOWER_SIZE]),
        ({"team_sizes": [2, 2, 3, 3]}, []),
        ({"is_open": False, "overdue": 3}, []),
    ],
)
def test_advice_has_its_evidence(changes, kinds):
    advice = advice_for(replace(FACTS, **changes))
    assert [each.kind for each in advice] == kinds
    assert all(
        any(letter.isdigit() for letter in each.evidence) or " people " in each.evidence or "person" in each.evidence
        for each in advice
    )


def test_who_speaks_what_nobody_else_speaks_is_found():
    tickets = [waiting(50, "fi"), *[waiting(5, "en+de")] * 3, waiting(5, "de")]
    figures = figures_of(tickets, Terms(2, 3, 30, 90), unfitting=0, label=lambda group: {"fi": "Finnish"}[group])
    assert [each.text for each in figures.advice] == ["Invite people who speak Finnish."]


def test_two_who_share_a_language_are_not_stranded():
    figures = figures_of([waiting(50, "fi"), waiting(50, "fi"), waiting(5)], Terms(2, 3, 30, 90), unfitting=0)
    assert figures.advice == []


def test_teams_are_measured_by_their_people():
    tickets = [ended(5, room=room) for room in (1, 1, 2, 2, 3, 3, 4, 4, 4)]
    (advice,) = figures_of(tickets, Terms(2, 3, 30, 90), unfitting=0).advice
    assert advice.text == "Lower the team size to two."
    assert "3 of the last hour's 4 teams" in advice.evidence
