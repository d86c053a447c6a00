"""Two people of two teams change places before they start."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from echoroom.refusals import Refusal
from matching.errors import PartySplit, PracticeNotSwapped, TeamNotAllowed
from matching.models import Block, MatchedTeam, Party, PracticeRoom, Ticket
from matching.services.swapping import swap_people
from rooms.errors import NotInTheRoom, QuestNotFound, RoomStarted, SameRoom
from rooms.models import Membership, Room
from rooms.services.seating import leave_room, start_room
from rooms.tests.factories import make_people, make_room
from tests.cast import Cast


@pytest.fixture
def rooms(cast: Cast) -> tuple[Room, Room]:
    """Ben and Bea in one lobby, Cleo and Bob in another."""
    return make_room(cast.quest, [cast.ben, cast.bea]), make_room(cast.quest, [cast.cleo, cast.bob])


def seat(person: Participant) -> Membership:
    return Membership.objects.get(participant=person, is_playing=True)


def swap(cast: Cast, one: Participant, other: Participant) -> None:
    swap_people(by=cast.ada, quest_id=cast.quest.pk, membership_ids=[seat(one).pk, seat(other).pk])


def names(room: Room) -> set[str]:
    return set(room.memberships.filter(left_at=None).values_list("participant__name", flat=True))


def refused(cast: Cast, one: Participant, other: Participant, refusal: type[Refusal]) -> None:
    before = list(Membership.objects.order_by("pk").values())
    with pytest.raises(refusal):
        swap(cast, one, other)
    assert list(Membership.objects.order_by("pk").values()) == before
    assert not AuditEntry.objects.filter(action="queue.people_swapped").exists()


def test_they_change_places_and_both_rooms_are_told(cast: Cast, rooms: tuple[Room, Room]):
    versions = [room.version for room in rooms]
    numbers = seat(cast.ben).seat, seat(cast.cleo).seat
    swap(cast, cast.ben, cast.cleo)
    assert (names(rooms[0]), names(rooms[1])) == ({"Cleo", "Bea"}, {"Ben", "Bob"})
    assert (seat(cast.cleo).seat, seat(cast.ben).seat) == numbers
    for room, version in zip(rooms, versions, strict=True):
        room.refresh_from_db()
        assert room.version > version
    assert AuditEntry.objects.filter(action="queue.people_swapped", actor_id=cast.ada.pk).count() == 2


def test_they_can_be_swapped_back(cast: Cast, rooms: tuple[Room, Room]):
    swap(cast, cast.ben, cast.cleo)
    swap(cast, cast.ben, cast.cleo)
    assert (names(rooms[0]), names(rooms[1])) == ({"Ben", "Bea"}, {"Cleo", "Bob"})


def test_their_tickets_lead_to_the_new_rooms_and_the_old_reasons_go(cast: Cast, rooms: tuple[Room, Room]):
    now = timezone.now()
    for room, person in ((rooms[0], cast.ben), (rooms[1], cast.cleo)):
        Ticket.objects.create(quest=cast.quest, participant=person, state="matched", ended_at=now, room=room)
        MatchedTeam.objects.create(room=room, score=0.5, criteria={})
    swap(cast, cast.ben, cast.cleo)
    assert Ticket.objects.get(participant=cast.ben).room == rooms[1]
    assert Ticket.objects.get(participant=cast.cleo).room == rooms[0]
    assert not MatchedTeam.objects.exists()


def test_who_is_away_stays_away(cast: Cast, rooms: tuple[Room, Room]):
    away = timezone.now() - timedelta(seconds=200)
    Membership.objects.filter(participant=cast.ben).update(seen_at=away, away_at=away)
    swap(cast, cast.ben, cast.cleo)
    assert (seat(cast.ben).away_at, seat(cast.cleo).away_at) == (away, None)


def test_two_of_one_room_are_not_swapped(cast: Cast, rooms: tuple[Room, Room]):
    refused(cast, cast.ben, cast.bea, SameRoom)
    with pytest.raises(SameRoom):
        swap_people(by=cast.ada, quest_id=cast.quest.pk, membership_ids=[seat(cast.ben).pk])


def test_a_room_that_plays_keeps_its_people(cast: Cast, rooms: tuple[Room, Room]):
    start_room(by=cast.viewer(cast.ben), room_code=rooms[0].code)
    refused(cast, cast.ben, cast.cleo, RoomStarted)


def test_a_lobby_whose_time_has_come_is_about_to_play(
    cast: Cast, rooms: tuple[Room, Room], clock: time_machine.Traveller
):
    clock.shift(600)
    refused(cast, cast.ben, cast.cleo, RoomStarted)


def test_who_has_left_is_not_swapped(cast: Cast, rooms: tuple[Room, Room]):
    gone = seat(cast.cleo)
    leave_room(by=cast.viewer(cast.cleo), room_code=rooms[1].code)
    with pytest.raises(NotInTheRoom):
        swap_people(by=cast.ada, quest_id=cast.quest.pk, membership_ids=[seat(cast.ben).pk, gone.pk])


@pytest.mark.parametrize("blocked", ["the newcomer", "by the newcomer"])
def test_nobody_comes_to_whom_they_have_blocked(cast: Cast, rooms: tuple[Room, Room], blocked: str):
    pair = (cast.bob, cast.ben) if blocked == "the newcomer" else (cast.ben, cast.bob)
    Block.objects.create(blocker=pair[0], blocked=pair[1])
    refused(cast, cast.ben, cast.cleo, TeamNotAllowed)


def test_nobody_comes_into_a_team_whose_language_they_do_not_speak(cast: Cast, rooms: tuple[Room, Room]):
    Participant.objects.filter(pk=cast.ben.pk).update(languages=["fi"])
    Participant.objects.filter(pk=cast.bob.pk).update(languages=["pt"])
    refused(cast, cast.ben, cast.cleo, TeamNotAllowed)


def test_a_party_stays_together(cast: Cast, rooms: tuple[Room, Room]):
    party = Party.objects.create(event=cast.event)
    for person in (cast.ben, cast.bea):
        Ticket.objects.create(
            quest=cast.quest, participant=person, party=party, state="matched", ended_at=timezone.now(), room=rooms[0]
        )
    refused(cast, cast.ben, cast.cleo, PartySplit)


def test_practice_rooms_keep_their_people(cast: Cast, rooms: tuple[Room, Room]):
    PracticeRoom.objects.create(room=rooms[1], asked_by=cast.cleo)
    refused(cast, cast.ben, cast.cleo, PracticeNotSwapped)


def test_an_organiser_of_another_event_finds_no_such_queue(cast: Cast, rooms: tuple[Room, Room]):
    with pytest.raises(QuestNotFound):
        swap_people(by=cast.otto, quest_id=cast.quest.pk, membership_ids=[seat(cast.ben).pk, seat(cast.cleo).pk])


def test_seats_of_another_quest_are_none_of_this_queue(cast: Cast, rooms: tuple[Room, Room]):
    from rooms.tests.factories import make_quest

    elsewhere = make_quest()
    make_room(elsewhere, people := make_people(elsewhere.event, 2))
    refused(cast, cast.ben, people[0], NotInTheRoom)
