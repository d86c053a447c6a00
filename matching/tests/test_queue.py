from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from echoroom.events.errors import ProfileIncomplete
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from matching.errors import AlreadyQueued
from matching.models import Queue, Ticket
from matching.selectors import queue_status
from matching.services.queueing import join_queue, leave_queue, note_presence
from matching.services.ticking import tick
from rooms.errors import AlreadyPlaying, QuestClosed, QuestNotFound
from rooms.models import Quest, Region
from rooms.tests.factories import make_quest, make_room
from tests.cast import ApiClient, Cast

Clock = time_machine.Traveller


def join(person: Participant, quest: Quest) -> Ticket:
    return join_queue(by=seat_of(person), quest_id=quest.pk)


def queue_version(quest: Quest) -> int:
    return Queue.objects.get(quest=quest).version


class TestJoining:
    def test_a_person_gets_a_place_and_the_queue_is_told(self, cast: Cast):
        ticket = join(cast.ben, cast.quest)
        assert (ticket.state, ticket.quest_id) == ("waiting", cast.quest.pk)
        assert queue_version(cast.quest) == 1

    def test_joining_twice_is_the_same_success_and_keeps_the_place(self, cast: Cast, clock: Clock):
        first = join(cast.ben, cast.quest)
        clock.shift(5)
        assert join(cast.ben, cast.quest).pk == first.pk
        assert Ticket.objects.get().joined_at == first.joined_at
        assert queue_version(cast.quest) == 1

    def test_nobody_waits_in_two_queues(self, cast: Cast):
        join(cast.ben, cast.quest)
        with pytest.raises(AlreadyQueued):
            join(cast.ben, make_quest(event=cast.event, slug="another"))
        assert Ticket.objects.count() == 1

    def test_who_sits_in_a_room_does_not_queue(self, cast: Cast):
        make_room(cast.quest, [cast.ben, cast.bea])
        with pytest.raises(AlreadyPlaying):
            join(cast.ben, cast.quest)

    def test_a_quest_of_another_event_does_not_exist(self, cast: Cast):
        with pytest.raises(QuestNotFound):
            join(cast.ben, make_quest())
        with pytest.raises(QuestNotFound):
            join_queue(by=seat_of(cast.ben), quest_id=uuid.uuid4())
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize("closed", ["quest", "region", "event", "event not open yet"])
    def test_what_is_closed_takes_nobody(self, cast: Cast, closed: str, clock: Clock):
        clock.shift(10)
        if closed == "quest":
            Quest.objects.update(is_open=False)
        elif closed == "region":
            Region.objects.update(is_open=False)
        elif closed == "event":
            Event.objects.filter(pk=cast.event.pk).update(closes_at=timezone.now())
        else:
            Event.objects.filter(pk=cast.event.pk).update(opens_at=timezone.now() + timedelta(hours=1))
        with pytest.raises(QuestClosed):
            join(cast.ben, cast.quest)

    @pytest.mark.parametrize("missing", [{"name": ""}, {"consented_at": None}])
    def test_a_profile_comes_first(self, cast: Cast, missing: dict[str, object]):
        Participant.objects.filter(pk=cast.ben.pk).update(**missing)
        with pytest.raises(ProfileIncomplete):
            join(cast.ben, cast.quest)


class TestLeaving:
    def test_the_place_is_given_up_and_the_queue_is_told(self, cast: Cast):
        join(cast.ben, cast.quest)
        leave_queue(by=seat_of(cast.ben))
        assert (Ticket.objects.get().state, queue_version(cast.quest)) == ("left", 2)

    def test_leaving_without_a_place_is_a_success_too(self, cast: Cast):
        leave_queue(by=seat_of(cast.ben))
        assert not Ticket.objects.exists()

    def test_a_match_that_was_faster_stays_a_match(self, cast: Cast):
        for person in cast.team:
            join(person, cast.quest)
        tick()
        leave_queue(by=seat_of(cast.ben))
        assert set(Ticket.objects.values_list("state", flat=True)) == {"matched"}

    def test_who_left_may_queue_again_at_the_end(self, cast: Cast, clock: Clock):
        join(cast.ben, cast.quest)
        leave_queue(by=seat_of(cast.ben))
        clock.shift(1)
        join(cast.bea, cast.quest)
        clock.shift(1)
        join(cast.ben, cast.quest)
        assert queue_status(viewer=seat_of(cast.ben)).position == 2


class TestStatus:
    def test_who_never_queued_is_told_so(self, cast: Cast):
        assert queue_status(viewer=seat_of(cast.ben)).state == "none"

    def test_it_counts_places_in_order_of_arrival(self, cast: Cast, clock: Clock):
        for person in (cast.bea, cast.ben):
            join(person, cast.quest)
            clock.shift(1)
        found = queue_status(viewer=seat_of(cast.ben))
        assert (found.position, found.waiting, found.team_size) == (2, 2, 3)

    def test_another_queue_does_not_count(self, cast: Cast):
        join(cast.bea, make_quest(event=cast.event, slug="another"))
        join(cast.ben, cast.quest)
        assert queue_status(viewer=seat_of(cast.ben)).waiting == 1

    def test_a_match_names_the_room(self, cast: Cast):
        for person in cast.team:
            join(person, cast.quest)
        tick()
        found = queue_status(viewer=seat_of(cast.ben))
        assert found.state == "matched"
        assert found.room == Ticket.objects.get(participant=cast.ben).room.code  # type: ignore[union-attr]

    def test_asking_shows_that_one_is_there(self, cast: Cast, clock: Clock):
        ticket = join(cast.ben, cast.quest)
        clock.shift(60)
        note_presence(by=seat_of(cast.ben))
        assert Ticket.objects.get().seen_at == ticket.seen_at + timedelta(seconds=60)


class TestOverHttp:
    def test_joining_says_where_one_stands(self, cast: Cast):
        answer = ApiClient(cast.ben).send("POST", "/api/matching/join", {"quest": str(cast.quest.pk)})
        assert (answer.status_code, answer.json()["state"], answer.json()["position"]) == (200, "waiting", 1)

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({"quest": "bridge"}, 400, "invalid"),
            ({"quest": None}, 400, "invalid"),
            ({}, 400, "invalid"),
            ({"quest": str(uuid.uuid4())}, 404, "quest_not_found"),
            ({"quest": str(uuid.uuid4()), "team": "mine"}, 400, "invalid"),
        ],
    )
    def test_bad_input_has_a_code(self, cast: Cast, body: object, status: int, code: str):
        answer = ApiClient(cast.ben).send("POST", "/api/matching/join", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize(
        ("method", "path"),
        [("POST", "/api/matching/join"), ("POST", "/api/matching/leave"), ("GET", "/api/matching/status")],
    )
    def test_only_for_who_has_entered(self, db: None, method: str, path: str):
        assert ApiClient().send(method, path, {}).status_code == 401

    def test_the_sixth_join_in_a_minute_is_too_many(self, cast: Cast):
        ben = ApiClient(cast.ben)
        for _ in range(5):
            ben.send("POST", "/api/matching/join", {"quest": str(cast.quest.pk)})
        refused = ben.send("POST", "/api/matching/join", {"quest": str(cast.quest.pk)})
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert int(refused.headers["Retry-After"]) > 0
