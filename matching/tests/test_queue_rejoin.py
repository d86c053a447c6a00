"""A connection is lost, and the person comes back: what they had waited is not lost with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from matching.models import Ticket
from matching.selectors import queue_status
from matching.selectors.company import KEPT_FOR
from matching.services.queueing import SEEN_EVERY, join_queue, leave_queue, note_presence
from matching.services.ticking import tick
from matching.tests.factories import make_party_of, make_ticket
from rooms.models import Membership, Quest
from rooms.services.seating import leave_room
from rooms.tests.factories import make_quest
from tests.cast import Cast

Clock = time_machine.Traveller
HOLD = settings.SEAT_HOLD_SECONDS


@pytest.fixture
def quest(cast: Cast) -> Quest:
    """One in which two people never make a team, and nobody is sent away for it."""
    return make_quest(event=cast.event, slug="patient", team_min=3, patience_seconds=600)


def join(person: Participant, quest: Quest) -> Ticket:
    return join_queue(by=seat_of(person), quest_id=quest.pk)


def waits_for_a_minute_and_is_lost(person: Participant, quest: Quest, clock: Clock) -> None:
    join(person, quest)
    clock.shift(60)
    note_presence(by=seat_of(person))
    clock.shift(HOLD)
    tick()


def state_of(person: Participant) -> str:
    return Ticket.objects.filter(participant=person).order_by("number").values_list("state", flat=True).last() or ""


class TestGrace:
    def test_a_place_outlives_a_short_silence(self, cast: Cast, quest: Quest, clock: Clock):
        join(cast.ben, quest)
        clock.shift(HOLD - 1)
        tick()
        assert state_of(cast.ben) == "waiting"

    def test_a_place_does_not_outlive_a_long_one(self, cast: Cast, quest: Quest, clock: Clock):
        join(cast.ben, quest)
        clock.shift(HOLD)
        tick()
        assert state_of(cast.ben) == "expired"

    def test_a_sign_of_life_begins_the_silence_anew(self, cast: Cast, quest: Quest, clock: Clock):
        join(cast.ben, quest)
        clock.shift(HOLD - 1)
        note_presence(by=seat_of(cast.ben))
        clock.shift(HOLD - 1)
        tick()
        assert state_of(cast.ben) == "waiting"

    def test_whoever_is_back_before_it_is_over_has_their_very_place(self, cast: Cast, quest: Quest, clock: Clock):
        first = join(cast.ben, quest)
        clock.shift(HOLD - 1)
        assert join(cast.ben, quest) == first

    def test_signs_of_life_are_written_down_now_and_then_only(self, cast: Cast, quest: Quest, clock: Clock):
        seen = join(cast.ben, quest).seen_at
        clock.shift(SEEN_EVERY - timedelta(seconds=1))
        note_presence(by=seat_of(cast.ben))
        assert Ticket.objects.get().seen_at == seen

    def test_nobody_else_is_seen_with_them(self, cast: Cast, quest: Quest, clock: Clock):
        """In a party too: a place is kept for somebody who is there, not for their friends."""
        make_party_of(cast.ben, cast.bea)
        join(cast.ben, quest)
        clock.shift(HOLD)
        note_presence(by=seat_of(cast.ben))
        tick()
        assert state_of(cast.bea) == "expired"


class TestComingBack:
    def test_what_was_waited_counts_and_the_silence_does_not(self, cast: Cast, quest: Quest, clock: Clock):
        waits_for_a_minute_and_is_lost(cast.ben, quest, clock)
        clock.shift(100)
        again = join(cast.ben, quest)
        assert again.joined_at == timezone.now()
        assert again.joined_at - again.waits_since == timedelta(seconds=60)

    def test_they_stand_before_whoever_came_meanwhile(self, cast: Cast, quest: Quest, clock: Clock):
        waits_for_a_minute_and_is_lost(cast.ben, quest, clock)
        join(cast.bea, quest)
        clock.shift(10)
        join(cast.ben, quest)
        found = queue_status(viewer=seat_of(cast.ben))
        assert (found.position, found.waiting) == (1, 2)

    def test_lost_twice_it_is_the_sum_that_counts(self, cast: Cast, quest: Quest, clock: Clock):
        for _ in range(2):
            waits_for_a_minute_and_is_lost(cast.ben, quest, clock)
        again = join(cast.ben, quest)
        assert again.joined_at - again.waits_since == timedelta(seconds=120)

    def test_everybody_of_a_party_has_their_own(self, cast: Cast, quest: Quest, clock: Clock):
        waits_for_a_minute_and_is_lost(cast.ben, quest, clock)
        make_party_of(cast.ben, cast.bea)
        join(cast.bea, quest)
        waited = {
            ticket.participant_id: ticket.joined_at - ticket.waits_since for ticket in Ticket.objects.waiting().all()
        }
        assert waited == {cast.ben.pk: timedelta(seconds=60), cast.bea.pk: timedelta(0)}

    def test_after_a_while_they_begin_anew(self, cast: Cast, quest: Quest, clock: Clock):
        waits_for_a_minute_and_is_lost(cast.ben, quest, clock)
        clock.shift(KEPT_FOR + timedelta(seconds=1))
        assert join(cast.ben, quest).waits_since == timezone.now()

    def test_another_queue_begins_anew(self, cast: Cast, quest: Quest, clock: Clock):
        waits_for_a_minute_and_is_lost(cast.ben, quest, clock)
        assert join(cast.ben, cast.quest).waits_since == timezone.now()

    def test_whoever_left_by_themselves_begins_anew(self, cast: Cast, quest: Quest, clock: Clock):
        waits_for_a_minute_and_is_lost(cast.ben, quest, clock)
        join(cast.ben, quest)
        leave_queue(by=seat_of(cast.ben))
        assert join(cast.ben, quest).waits_since == timezone.now()

    def test_whoever_was_matched_begins_anew(self, cast: Cast, clock: Clock):
        for person in cast.team:
            join(person, cast.quest)
        clock.shift(1)
        tick()
        leave_room(by=seat_of(cast.ben), room_code=Membership.objects.get(participant=cast.ben).room.code)
        assert join(cast.ben, cast.quest).waits_since == timezone.now()

    def test_a_clock_that_went_back_takes_nothing_away(self, cast: Cast, quest: Quest):
        now = timezone.now()
        later = now + timedelta(seconds=5)
        make_ticket(quest, cast.ben, state="expired", ended_at=later, joined_at=later, waits_since=later, seen_at=now)
        assert join(cast.ben, quest).waits_since == now
