"""Which quests people have completed, and with whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from echoroom.events.models import Participant
from rooms.models import Membership, Room
from rooms.selectors.achievements import completed_quests, team_mates
from rooms.services.seating import start_room
from rooms.tests.factories import make_quest, make_room
from rooms.tests.moves import commit, everyone_votes, leave
from rooms.tests.questions import answer, make_form
from tests.cast import Cast
from tests.queries import keeps_its_promise


def played(cast: Cast, slug: str, people: list[Participant]) -> Room:
    """A room of these people that has revealed its only decision."""
    room = make_room(make_quest(event=cast.event, slug=slug, decisions=1), people)
    start_room(by=cast.viewer(people[0]), room_code=room.code)
    everyone_votes(people, room, "A" * len(people))
    return room


@pytest.fixture
def rooms(cast: Cast) -> list[Room]:
    """Ben completed two quests, with Bea and with Cleo; Bob left the first before its end."""
    first = played(cast, "first", cast.team)
    leave(cast.bob, first)
    Membership.objects.filter(room=first, participant=cast.bob).update(left_at=timezone.now() - timedelta(seconds=1))
    commit(cast.ben, first)
    second = played(cast, "second", [cast.ben, cast.cleo])
    commit(cast.ben, second)
    return [first, second]


def ids(*people: Participant) -> set[object]:
    return {person.pk for person in people}


def test_a_quest_is_completed_by_who_was_there_at_its_end(cast, rooms):
    found = completed_quests([person.pk for person in (*cast.team, cast.cleo)])
    first, second = (room.quest_id for room in rooms)
    assert found == {cast.ben.pk: {first, second}, cast.bea.pk: {first}, cast.cleo.pk: {second}}


def test_a_room_that_goes_on_is_no_completed_quest(cast):
    played(cast, "first", cast.team)
    assert completed_quests([cast.ben.pk]) == team_mates([cast.ben.pk]) == {}


def test_the_same_quest_twice_is_one(cast, rooms):
    again = make_room(rooms[0].quest, [cast.bea, cast.cleo])
    start_room(by=cast.viewer(cast.bea), room_code=again.code)
    everyone_votes([cast.bea, cast.cleo], again, "AA")
    commit(cast.bea, again)
    assert completed_quests([cast.bea.pk]) == {cast.bea.pk: {rooms[0].quest_id}}


def test_team_mates_are_all_who_played_also_who_left_early(cast, rooms):
    found = team_mates([person.pk for person in (*cast.team, cast.cleo)])
    assert found == {
        cast.ben.pk: ids(cast.bea, cast.bob, cast.cleo),
        cast.bea.pk: ids(cast.ben, cast.bob),
        cast.cleo.pk: ids(cast.ben),
    }


def test_who_left_the_lobby_is_no_team_mate_and_who_voted_is_whatever_a_clock_says(cast, rooms):
    before = rooms[0].created_at - timedelta(seconds=1)
    Membership.objects.filter(room=rooms[0], participant=cast.bob).update(left_at=before)
    assert cast.bob.pk in team_mates([cast.bea.pk])[cast.bea.pk]
    rooms[0].votes.filter(membership__participant=cast.bob).delete()
    assert cast.bob.pk not in team_mates([cast.bea.pk])[cast.bea.pk]


def test_bots_complete_nothing_and_are_no_team_mates(cast, rooms):
    Participant.objects.filter(pk=cast.bea.pk).update(is_bot=True)
    assert cast.bea.pk not in completed_quests([cast.bea.pk])
    assert team_mates([cast.bea.pk]) == {}
    assert cast.bea.pk not in team_mates([cast.ben.pk])[cast.ben.pk]


def test_an_answered_form_is_a_completed_quest(cast: Cast):
    form = make_form(cast.event)
    answer(cast.cleo, form)
    assert completed_quests([cast.cleo.pk, cast.ben.pk]) == {cast.cleo.pk: {form.pk}}


def test_they_are_read_at_once_for_all(cast, rooms):
    everybody = [person.pk for person in (*cast.team, cast.cleo)]
    keeps_its_promise("completed quests", 2, lambda: completed_quests(everybody))
    keeps_its_promise("team-mates", 2, lambda: team_mates(everybody))
