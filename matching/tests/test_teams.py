from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.teams import Plan, Waiting, form_teams

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def queue(*waits: int) -> list[Waiting]:
    """People in order of arrival, who have waited so many seconds."""
    return [Waiting(uuid4(), uuid4(), NOW - timedelta(seconds=wait)) for wait in waits]


def plan(people: list[Waiting], *, minimum: int = 2, size: int = 3) -> Plan:
    return form_teams(people, minimum=minimum, size=size, patience=timedelta(seconds=30), now=NOW)


def test_the_ideal_size_is_teamed_at_once_in_order_of_arrival():
    people = queue(5, 4, 3, 2)
    assert plan(people).teams == [people[:3]]


def test_several_teams_are_formed_at_once():
    people = queue(*[1] * 7)
    assert plan(people).teams == [people[:3], people[3:6]]


def test_who_is_left_over_waits_for_more_at_first():
    found = plan(queue(29, 1))
    assert (found.teams, found.left_over) == ([], [])


def test_after_the_wait_the_minimum_is_enough():
    people = queue(30, 1)
    assert plan(people).teams == [people]


def test_fewer_than_the_minimum_make_no_team_and_only_the_patient_wait_on():
    people = queue(30, 1)
    found = plan(people, minimum=3)
    assert (found.teams, found.left_over) == ([], people[:1])


def test_a_last_person_who_waited_long_enough_is_left_over():
    people = queue(31)
    assert plan(people).left_over == people


def test_an_empty_queue_makes_nothing():
    assert plan([]) == Plan([], [])


@pytest.mark.parametrize(("minimum", "size"), [(2, 2), (2, 3), (3, 4), (2, 5), (5, 5)])
def test_with_five_people_and_all_patience_lost_nobody_is_forgotten(minimum: int, size: int):
    people = queue(60, 60, 60, 60, 60)
    found = plan(people, minimum=minimum, size=size)
    assert sorted([p.since for team in found.teams for p in team] + [p.since for p in found.left_over]) == [
        p.since for p in people
    ]


@given(
    st.lists(st.integers(0, 90), max_size=40).map(lambda waits: sorted(waits, reverse=True)),
    st.integers(2, 5),
    st.integers(2, 5),
)
def test_whoever_waits_is_in_one_team_at_most_and_teams_keep_their_bounds(waits: list[int], one: int, other: int):
    people, minimum, size = queue(*waits), min(one, other), max(one, other)
    found = plan(people, minimum=minimum, size=size)
    teamed = [person for team in found.teams for person in team]
    assert teamed == people[: len(teamed)], "first come, first teamed"
    assert all(minimum <= len(team) <= size for team in found.teams)
    assert not set(teamed) & set(found.left_over)
    waiting_on = set(people) - set(teamed) - set(found.left_over)
    assert all(NOW - person.since < timedelta(seconds=30) for person in waiting_on), "nobody waits beyond patience"
    assert len(people) - len(teamed) < size
