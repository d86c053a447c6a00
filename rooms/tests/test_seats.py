from __future__ import annotations

import pytest
import time_machine

from rooms.errors import AlreadyPlaying, RoomFull, RoomNotFound, RoomOver, RoomStarted, TeamTooSmall
from rooms.models import Membership, Room
from rooms.tests.factories import make_people, make_quest, make_room
from rooms.tests.moves import (
    commit,
    everyone_votes,
    join,
    leave,
    look,
    now,
    playing_room,
    seat,
    start,
    stay,
    sweep,
    vote,
    wait,
)
from tests.cast import Cast

Clock = time_machine.Traveller


def presence(room: Room, *, seen_by: object) -> dict[str, str]:
    return {member.name: member.presence for member in look(seen_by, room).members}  # type: ignore[arg-type]


class TestHolding:
    def test_a_seat_is_held_for_two_minutes(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        vote(cast.ben, room)
        vote(cast.bea, room)
        wait(clock, 119, present=[cast.ben, cast.bea], room=room)
        sweep()
        assert (now(room).phase, presence(room, seen_by=cast.ben)["Bob"]) == ("voting", "here")

    def test_then_the_quorum_shrinks_and_the_team_goes_on(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        vote(cast.ben, room)
        vote(cast.bea, room)
        wait(clock, 121, present=[cast.ben, cast.bea], room=room)
        sweep()
        assert now(room).phase == "revealed"
        assert presence(room, seen_by=cast.ben)["Bob"] == "away"

    def test_the_team_is_told_once_that_somebody_is_away(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        wait(clock, 121, present=[cast.ben, cast.bea], room=room)
        sweep()
        version = now(room).version
        sweep()
        assert now(room).version == version

    def test_who_returns_gets_the_same_seat_and_counts_again(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        before = seat(cast.bob, room)
        wait(clock, 121, present=[cast.ben, cast.bea], room=room)
        sweep()
        version = now(room).version
        assert presence(room, seen_by=cast.bob)["Bob"] == "here"
        after = seat(cast.bob, room)
        assert (after.pk, after.seat, after.away_at) == (before.pk, before.seat, None)
        assert now(room).version > version, "the team is told"
        vote(cast.ben, room)
        vote(cast.bea, room)
        assert now(room).phase == "voting", "Bob counts again"

    def test_a_heartbeat_brings_somebody_back(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        wait(clock, 121, present=[cast.ben, cast.bea], room=room)
        sweep()
        stay([cast.bob], room)
        assert presence(room, seen_by=cast.ben)["Bob"] == "here"

    def test_a_changed_vote_brings_somebody_back_and_the_team_sees_it(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        vote(cast.bob, room, "A")
        wait(clock, 121, present=[cast.ben, cast.bea], room=room)
        sweep()
        version = now(room).version
        vote(cast.bob, room, "B")
        assert seat(cast.bob, room).away_at is None
        assert now(room).version > version, "an unchanged version would hide it behind a 304"

    def test_an_own_vote_shows_that_somebody_is_there(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        wait(clock, 100, present=[cast.ben, cast.bea], room=room)
        vote(cast.bob, room)
        wait(clock, 100, present=[cast.ben, cast.bea], room=room)
        sweep()
        assert presence(room, seen_by=cast.ben)["Bob"] == "here"

    def test_a_heartbeat_of_a_stranger_does_nothing(self, cast: Cast):
        room = playing_room(cast)
        stay([cast.cleo], room)
        assert room.memberships.count() == 3


class TestLeaving:
    def test_who_leaves_gives_the_seat_up_for_good(self, cast: Cast):
        room = playing_room(cast)
        leave(cast.bob, room)
        with pytest.raises(RoomNotFound):
            look(cast.bob, room)
        assert presence(room, seen_by=cast.ben)["Bob"] == "left"

    def test_leaving_twice_is_the_same_success(self, cast: Cast):
        room = playing_room(cast)
        leave(cast.bob, room)
        version = now(room).version
        leave(cast.bob, room)
        assert now(room).version == version

    def test_the_others_are_not_held_up(self, cast: Cast):
        room = playing_room(cast)
        vote(cast.ben, room)
        leave(cast.bea, room)
        leave(cast.bob, room)
        commit(cast.ben, room)
        vote(cast.ben, room)
        commit(cast.ben, room)
        assert now(room).state == "completed"

    def test_when_everyone_has_left_the_room_closes(self, cast: Cast):
        room = playing_room(cast)
        for person in cast.team:
            leave(person, room)
        fresh = now(room)
        assert (fresh.state, fresh.close_reason) == ("closed", "empty")
        assert fresh.closed_at is not None

    def test_who_left_may_play_elsewhere(self, cast: Cast):
        room = playing_room(cast)
        leave(cast.bob, room)
        assert make_room(cast.quest, [cast.bob, cast.cleo]).is_live

    def test_a_stranger_cannot_leave(self, cast: Cast):
        with pytest.raises(RoomNotFound):
            leave(cast.cleo, playing_room(cast))

    def test_a_completed_room_is_not_left(self, cast: Cast):
        room = playing_room(cast)
        for _ in range(2):
            everyone_votes(cast.team, room, "AAA")
            commit(cast.ben, room)
        with pytest.raises(RoomOver):
            leave(cast.ben, room)
        assert seat(cast.ben, room).left_at is None

    def test_a_full_lobby_is_open_again(self, cast: Cast):
        room = make_room(cast.quest, cast.team)
        assert room.state == "full"
        leave(cast.bob, room)
        assert now(room).state == "open"


class TestJoining:
    def test_who_joins_takes_the_lowest_free_seat(self, cast: Cast):
        room = make_room(cast.quest, cast.team)
        leave(cast.ben, room)
        join(cast.cleo, room)
        assert seat(cast.cleo, room).seat == 1
        assert now(room).state == "full"

    def test_a_full_room_is_full(self, cast: Cast):
        room = make_room(cast.quest, cast.team)
        with pytest.raises(RoomFull):
            join(cast.cleo, room)

    def test_joining_twice_is_the_same_success(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        join(cast.bob, room)
        join(cast.bob, room)
        assert room.memberships.count() == 3

    def test_who_left_the_lobby_may_come_back_to_it(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        leave(cast.bea, room)
        join(cast.bea, room)
        assert (seat(cast.bea, room).left_at, seat(cast.bea, room).is_playing) == (None, True)
        assert room.memberships.count() == 2

    def test_who_plays_elsewhere_cannot_come_back(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        leave(cast.bea, room)
        make_room(cast.quest, [cast.bea, cast.cleo])
        with pytest.raises(AlreadyPlaying):
            join(cast.bea, room)

    def test_a_started_room_takes_nobody(self, cast: Cast):
        room = playing_room(cast, [cast.ben, cast.bea])
        with pytest.raises(RoomStarted):
            join(cast.bob, room)

    def test_a_room_that_has_ended_takes_nobody(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben])
        leave(cast.ben, room)
        with pytest.raises(RoomOver):
            join(cast.bob, room)

    def test_nobody_sits_in_two_rooms(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        other = make_room(cast.quest, [cast.cleo])
        with pytest.raises(AlreadyPlaying):
            join(cast.ben, other)
        with pytest.raises(AlreadyPlaying):
            make_room(make_quest(event=cast.event, slug="another"), [cast.bob, cast.bea])
        assert Room.objects.count() == 2, "the room that could not be seated is gone"
        assert not Membership.objects.filter(participant=cast.bob).exists()
        assert now(room).state == "open"

    def test_a_team_larger_than_the_quest_allows_is_refused(self, cast: Cast):
        with pytest.raises(RoomFull):
            make_room(cast.quest, make_people(cast.event, 4))


class TestStarting:
    def test_a_member_starts_the_room(self, cast: Cast):
        room = start(cast.bea, make_room(cast.quest, [cast.ben, cast.bea]))
        assert (room.state, room.phase, room.decision_number) == ("in_progress", "voting", 1)

    def test_starting_twice_is_the_same_success(self, cast: Cast):
        room = playing_room(cast)
        before = now(room)
        start(cast.bea, room)
        assert (now(room).version, now(room).started_at) == (before.version, before.started_at)

    def test_one_person_is_too_few(self, cast: Cast):
        with pytest.raises(TeamTooSmall):
            start(cast.ben, make_room(cast.quest, [cast.ben]))

    def test_a_stranger_starts_nothing(self, cast: Cast):
        with pytest.raises(RoomNotFound):
            start(cast.cleo, make_room(cast.quest, cast.team))

    def test_a_room_that_has_ended_cannot_be_started_again(self, cast: Cast):
        room = playing_room(cast)
        for _ in range(2):
            everyone_votes(cast.team, room, "AAA")
            commit(cast.ben, room)
        with pytest.raises(RoomOver):
            start(cast.ben, room)
