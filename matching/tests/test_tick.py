from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone

from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from echoroom.outbox import dispatcher
from matching.models import Queue, Ticket
from matching.services import queueing, ticking
from matching.services.queueing import join_queue, lock_queue, note_presence
from matching.services.ticking import tick
from matching.services.waking import TICK_ONE
from matching.tasks import tick_one
from matching.tests.factories import make_block
from rooms.models import Membership, Quest, Region, Room
from rooms.services.clock import sweep
from rooms.services.seating import leave_room, start_room
from rooms.tests.factories import make_people, make_quest, make_room
from tests.cast import Cast

Clock = time_machine.Traveller


def queue_up(people: list[Participant], quest: Quest) -> None:
    for person in people:
        join_queue(by=seat_of(person), quest_id=quest.pk)


def state_of(person: Participant) -> str:
    return Ticket.objects.filter(participant=person).order_by("-joined_at", "-pk")[0].state


def room_of(person: Participant) -> int:
    return Membership.objects.get(participant=person, is_playing=True).room_id


def news_of(person: Participant) -> int:
    return Participant.objects.get(pk=person.pk).version


class TestTeams:
    def test_three_make_a_room(self, cast: Cast):
        queue_up(cast.team, cast.quest)
        assert tick() == 1
        room = Room.objects.get()
        assert set(room.memberships.values_list("participant_id", flat=True)) == {each.pk for each in cast.team}
        assert {state_of(person) for person in cast.team} == {"matched"}
        assert Ticket.objects.filter(room=room, ended_at__isnull=False).count() == 3

    def test_each_is_told_wherever_their_page_is(self, cast: Cast):
        queue_up(cast.team, cast.quest)
        tick()
        assert {news_of(person) for person in cast.team} == {1}
        assert news_of(cast.cleo) == 0

    def test_two_wait_and_after_their_patience_play_as_two(self, cast: Cast, clock: Clock):
        queue_up(cast.team[:2], cast.quest)
        assert tick() == 0
        clock.shift(29)
        assert tick() == 0
        clock.shift(1)
        assert tick() == 1

    def test_the_queue_learns_that_it_is_shorter(self, cast: Cast):
        queue_up(cast.team, cast.quest)
        before = Queue.objects.get().version
        tick()
        assert Queue.objects.get().version == before + 1

    def test_a_tick_that_says_nothing_new_changes_nothing(self, cast: Cast):
        queue_up([cast.ben], cast.quest)
        tick()
        before = Queue.objects.get().version
        tick()
        assert (Queue.objects.get().version, state_of(cast.ben)) == (before, "waiting")


class TestALastPerson:
    def test_joins_a_room_that_has_not_started(self, clock: Clock, cast: Cast):
        quest = make_quest(event=cast.event, slug="roomy", team_max=4)
        queue_up([*cast.team, cast.cleo], quest)
        tick()
        clock.shift(30)
        tick()
        assert Membership.objects.get(participant=cast.cleo).room == Room.objects.get()
        assert (state_of(cast.cleo), Room.objects.get().state) == ("matched", "full")

    def test_is_told_honestly_when_there_is_none(self, cast: Cast, clock: Clock):
        queue_up([cast.cleo], cast.quest)
        clock.shift(30)
        tick()
        assert (state_of(cast.cleo), news_of(cast.cleo)) == ("no_team", 1)
        assert not Room.objects.exists()

    def test_does_not_join_a_room_that_plays(self, cast: Cast, clock: Clock):
        quest = make_quest(event=cast.event, slug="roomy", team_max=4)
        start_room(by=seat_of(cast.ben), room_code=make_room(quest, cast.team).code)
        queue_up([cast.cleo], quest)
        clock.shift(30)
        tick()
        assert state_of(cast.cleo) == "no_team"

    def test_does_not_join_a_room_in_which_nobody_is(self, cast: Cast, clock: Clock):
        make_room(cast.quest, [cast.ben])
        clock.shift(121)
        sweep()
        queue_up([cast.cleo], cast.quest)
        clock.shift(30)
        tick()
        assert state_of(cast.cleo) == "no_team"

    def test_who_left_a_lobby_can_be_seated_in_it_again(self, cast: Cast, clock: Clock):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        leave_room(by=seat_of(cast.bea), room_code=room.code)
        queue_up([cast.bea], cast.quest)
        clock.shift(30)
        tick()
        assert state_of(cast.bea) == "matched"
        assert Membership.objects.get(participant=cast.bea).is_playing


class TestWhoIsGone:
    def test_a_ticket_of_somebody_unseen_for_two_minutes_expires(self, cast: Cast, clock: Clock):
        queue_up([cast.ben], cast.quest)
        Queue.objects.update(version=7)
        clock.shift(120)
        tick()
        assert state_of(cast.ben) == "expired"
        assert Queue.objects.get().version == 8, "the others' places moved up"

    def test_a_team_is_not_made_with_the_absent(self, cast: Cast, clock: Clock):
        queue_up([cast.cleo], cast.quest)
        clock.shift(120)
        queue_up(cast.team[:2], cast.quest)
        tick()
        assert not Room.objects.exists()

    def test_somebody_who_sits_elsewhere_is_dropped_and_the_others_keep_their_places(self, cast: Cast):
        queue_up(cast.team, cast.quest)
        make_room(make_quest(event=cast.event, slug="another"), [cast.ben, cast.cleo])
        assert tick() == 0
        assert (state_of(cast.ben), state_of(cast.bea)) == ("left", "waiting")
        assert Room.objects.filter(quest=cast.quest).count() == 0


class TestAQuestThatCloses:
    @pytest.mark.parametrize("what", ["quest", "region", "event"])
    def test_seats_nobody_any_more_and_tells_who_waits(self, cast: Cast, what: str):
        queue_up(cast.team, cast.quest)
        if what == "quest":
            Quest.objects.update(is_open=False)
        elif what == "region":
            Region.objects.update(is_open=False)
        else:
            Event.objects.update(opens_at=timezone.now() - timedelta(hours=1), closes_at=timezone.now())
        assert tick() == 0
        assert {state_of(person) for person in cast.team} == {"closed"}
        assert (news_of(cast.ben), Room.objects.count()) == (1, 0)

    def test_and_was_opened_again_before_its_queue_was_locked_sends_nobody_away(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        queue_up([cast.bob], cast.quest)
        Quest.objects.update(is_open=False)

        def opened_and_joined(*, quest_id: UUID) -> Queue:
            monkeypatch.setattr(ticking, "lock_queue", lock_queue)
            Quest.objects.update(is_open=True)
            queue_up([cast.ben], cast.quest)
            return lock_queue(quest_id=quest_id)

        monkeypatch.setattr(ticking, "lock_queue", opened_and_joined)
        tick()
        assert state_of(cast.ben) == "waiting"


class TestAQuestThatIsGone:
    def test_is_no_fault_of_whoever_was_sent_to_its_queue(self, cast: Cast):
        assert ticking.tick_until_done(quest_id=uuid4()) == 0


class TestWhoStillWaits:
    def test_is_told_how_many_it_takes(self, cast: Cast):
        queue_up([cast.ben], cast.quest)
        tick()
        ticket = Ticket.objects.get()
        assert (ticket.why, ticket.missing, ticket.level) == ("more_people", 2, 0)

    def test_hears_when_a_smaller_team_will_do(self, cast: Cast, clock: Clock):
        make_block(cast.ben, cast.bea)
        queue_up(cast.team[:2], cast.quest)
        tick()
        before = Queue.objects.get().version
        clock.shift(30)
        for person in cast.team[:2]:
            note_presence(by=seat_of(person))
        tick()
        assert set(Ticket.objects.waiting().values_list("level", flat=True)) <= {1}
        assert Queue.objects.get().version > before

    def test_of_an_older_version_gets_a_number(self, cast: Cast):
        queue_up(cast.team, cast.quest)
        Ticket.objects.filter(participant=cast.bob).update(number=None)
        assert tick() == 1
        assert Ticket.objects.get(participant=cast.bob).number == 4


class TestAJoin:
    def test_wakes_the_matcher_once_for_all_who_join_together(
        self, cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
    ):
        with django_capture_on_commit_callbacks(execute=True):
            queue_up(cast.team, cast.quest)
        errands = [errand for errand in dispatcher.recording.errands if errand.task == TICK_ONE]
        assert [errand.args for errand in errands] == [(str(cast.quest.pk),)]

    def test_is_matched_by_the_task_that_it_wakes(self, cast: Cast):
        queue_up(cast.team, cast.quest)
        tick_one(str(cast.quest.pk))
        assert state_of(cast.ben) == "matched"

    def test_shows_the_forecast_that_it_keeps(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(queueing, "forecast_at_join", lambda *args, **kwargs: (20, 50))
        queue_up([cast.ben], cast.quest)
        ticket = Ticket.objects.get()
        assert (ticket.forecast_p50, ticket.forecast_p90) == (20, 50)


class TestManyQueues:
    def test_each_quest_teams_its_own(self, cast: Cast):
        other = make_quest(event=cast.event, slug="another")
        strangers = make_people(cast.event, 3)
        queue_up(cast.team, cast.quest)
        queue_up(strangers, other)
        assert tick() == 2
        assert Room.objects.get(quest=other).memberships.filter(participant__in=strangers).count() == 3

    def test_a_broken_queue_does_not_keep_the_others_waiting(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        other = make_quest(event=cast.event, slug="another")
        queue_up(cast.team, cast.quest)
        queue_up(make_people(cast.event, 3), other)
        whole = lock_queue

        def lock_or_break(*, quest_id: object) -> Queue:
            if quest_id == cast.quest.pk:
                raise RuntimeError("broken")
            return whole(quest_id=quest_id)  # type: ignore[arg-type]

        monkeypatch.setattr(ticking, "lock_queue", lock_or_break)
        assert tick() == 1
        assert (state_of(cast.ben), Room.objects.get().quest) == ("waiting", other)

    def test_a_long_queue_is_teamed_by_one_tick(self, cast: Cast):
        people = make_people(cast.event, 30)
        queue_up(people, cast.quest)
        assert tick() == 10
        assert Membership.objects.filter(is_playing=True).count() == 30
        led = dict(Ticket.objects.values_list("participant", "room"))
        assert led == {person.pk: room_of(person) for person in people}
