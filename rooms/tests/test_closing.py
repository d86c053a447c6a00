from __future__ import annotations

import pytest
import time_machine
from django.conf import settings

from echoroom.audit.models import AuditEntry
from echoroom.outbox.testing import deliver_all, receiving
from rooms.domain_events import RoomClosed
from rooms.errors import RoomOver
from rooms.models import Room
from rooms.services import clock as settling
from rooms.services.seating import close_room
from rooms.tests.factories import make_room
from rooms.tests.moves import commit, everyone_votes, look, now, playing_room, start, sweep, vote, wait
from tests.cast import Cast

Clock = time_machine.Traveller
IDLE = settings.ROOM_IDLE_SECONDS


class TestIdle:
    def test_a_room_in_which_nobody_acts_for_half_an_hour_is_closed(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        clock.shift(IDLE)
        sweep()
        fresh = now(room)
        assert (fresh.state, fresh.close_reason, fresh.phase) == ("closed", "idle", "")
        assert fresh.closed_at is not None
        assert fresh.due_at is None

    def test_a_second_earlier_it_is_not(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        clock.shift(IDLE - 1)
        sweep()
        assert now(room).state == "in_progress"

    def test_an_act_starts_the_half_hour_anew(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        clock.shift(IDLE - 1)
        vote(cast.ben, room)
        clock.shift(IDLE - 1)
        sweep()
        assert now(room).state == "in_progress"

    def test_extended_deadlines_do_not_keep_an_empty_room_open(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        for _ in range(IDLE // 300):
            clock.shift(300)
            sweep()
        assert now(room).state == "closed"

    def test_a_lobby_of_one_is_closed_too(self, cast: Cast, clock: Clock):
        room = make_room(cast.quest, [cast.ben])
        clock.shift(IDLE)
        sweep()
        assert now(room).close_reason == "idle"

    def test_its_people_may_play_elsewhere(self, cast: Cast, clock: Clock):
        playing_room(cast)
        clock.shift(IDLE)
        sweep()
        assert make_room(cast.quest, cast.team).is_live

    def test_a_completed_room_is_never_closed(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        for _ in range(2):
            everyone_votes(cast.team, room, "AAA")
            commit(cast.ben, room)
        clock.shift(IDLE * 2)
        sweep()
        assert now(room).state == "completed"

    def test_one_that_was_completed_since_the_sweep_looked_is_not_closed(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        for _ in range(2):
            everyone_votes(cast.team, room, "AAA")
            commit(cast.ben, room)
        clock.shift(IDLE)
        settling._close_idle(room_id=room.pk)
        assert now(room).state == "completed"


class TestByAnOrganiser:
    def test_the_room_ends_at_once_and_the_journal_says_by_whom(self, cast: Cast):
        room = playing_room(cast)
        close_room(by=cast.ada, room_id=room.pk)
        assert (now(room).state, now(room).close_reason) == ("closed", "organiser")
        assert AuditEntry.objects.filter(action="room.closed", actor_id=cast.ada.pk).count() == 1

    def test_closing_twice_is_the_same_success(self, cast: Cast):
        room = playing_room(cast)
        close_room(by=cast.ada, room_id=room.pk)
        version = now(room).version
        close_room(by=cast.ada, room_id=room.pk)
        assert now(room).version == version
        assert AuditEntry.objects.filter(action="room.closed").count() == 1

    def test_a_completed_room_stays_completed(self, cast: Cast):
        room = playing_room(cast)
        for _ in range(2):
            everyone_votes(cast.team, room, "AAA")
            commit(cast.ben, room)
        close_room(by=cast.ada, room_id=room.pk)
        assert now(room).state == "completed"


def test_whoever_watches_rooms_is_told_once(cast: Cast):
    heard: list[int] = []

    def hear(event: RoomClosed) -> None:
        heard.append(event.room_id)

    with receiving(RoomClosed, hear):
        room = playing_room(cast)
        close_room(by=cast.ada, room_id=room.pk)
        close_room(by=cast.ada, room_id=room.pk)
        deliver_all()
    assert heard == [room.pk]


def test_a_closed_room_cannot_be_started_again(cast: Cast):
    room = make_room(cast.quest, cast.team)
    close_room(by=cast.ada, room_id=room.pk)
    with pytest.raises(RoomOver):
        start(cast.ben, room)
    assert Room.objects.get().started_at is None


def test_a_closed_room_keeps_what_was_shown_and_nothing_else(cast: Cast, clock: Clock):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "ABA")
    commit(cast.ben, room, "A")
    vote(cast.ben, room, "C", "Never shown.")
    wait(clock, 10, present=cast.team, room=room)
    close_room(by=cast.ada, room_id=room.pk)
    seen = look(cast.bea, room)
    assert [decision.content.number for decision in seen.history] == [1]
    assert "Never shown." not in repr(seen)
