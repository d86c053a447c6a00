from __future__ import annotations

from datetime import timedelta
from types import ModuleType

import pytest
import time_machine

from rooms.errors import RoomStarted, VoteClosed
from rooms.models import Reveal, Room
from rooms.services import clock as settling
from rooms.services import presence
from rooms.services.play import Play, lock
from rooms.tests.factories import make_people, make_room
from rooms.tests.moves import (
    commit,
    everyone_votes,
    join,
    leave,
    look,
    now,
    playing_room,
    stay,
    sweep,
    vote,
    wait,
)
from tests.cast import Cast, make_cast

Clock = time_machine.Traveller


@pytest.fixture
def room(cast: Cast) -> Room:
    """A room in which Ben and Bea have voted, and Bob thinks."""
    room = playing_room(cast)
    vote(cast.ben, room, "A")
    vote(cast.bea, room, "B")
    return room


class TestWithQuorum:
    def test_a_passed_deadline_reveals_without_the_absent(self, cast: Cast, room: Room, clock: Clock):
        wait(clock, 300, present=cast.team, room=room)
        sweep()
        shown = Reveal.objects.get()
        assert (shown.reason, shown.votes, shown.seats) == ("deadline", 2, 3)
        assert now(room).phase == "revealed"

    def test_a_moment_before_it_nothing_is_revealed(self, cast: Cast, room: Room, clock: Clock):
        wait(clock, 299, present=cast.team, room=room)
        sweep()
        assert now(room).phase == "voting"

    def test_a_vote_after_it_is_refused_even_before_the_sweep(self, cast: Cast, room: Room, clock: Clock):
        wait(clock, 300, present=cast.team, room=room)
        with pytest.raises(VoteClosed):
            vote(cast.bob, room, "C")
        shown = look(cast.ben, room).history[0].rounds[0]
        assert shown.tally == {"A": 1, "B": 1, "C": 0}

    def test_a_refused_vote_leaves_the_reveal_that_was_due(self, cast: Cast, room: Room, clock: Clock):
        wait(clock, 300, present=cast.team, room=room)
        with pytest.raises(VoteClosed):
            vote(cast.bob, room, "C")
        assert (now(room).phase, Reveal.objects.count()) == ("revealed", 1)

    def test_it_is_applied_when_the_room_is_read(self, cast: Cast, room: Room, clock: Clock):
        wait(clock, 300, present=cast.team, room=room)
        seen = look(cast.bob, room)
        assert seen.room.phase == "revealed"
        assert len(seen.history[0].rounds[0].votes) == 2

    def test_it_is_applied_when_somebody_commits(self, cast: Cast, room: Room, clock: Clock):
        wait(clock, 300, present=cast.team, room=room)
        assert commit(cast.ben, room, "A").option == "A"

    def test_it_is_applied_before_somebody_leaves(self, cast: Cast, room: Room, clock: Clock):
        wait(clock, 300, present=cast.team, room=room)
        leave(cast.bob, room)
        shown = Reveal.objects.get()
        assert (shown.reason, shown.seats) == ("deadline", 3)

    def test_after_the_reveal_no_deadline_runs(self, cast: Cast, room: Room, clock: Clock):
        vote(cast.bob, room)
        assert now(room).due_at is None
        wait(clock, 600, present=cast.team, room=room)
        sweep()
        assert now(room).phase == "revealed"


class TestWithoutQuorum:
    def test_it_is_extended(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        vote(cast.ben, room)
        before = now(room).version
        wait(clock, 300, present=cast.team, room=room)
        sweep()
        fresh = now(room)
        assert (fresh.phase, fresh.extensions) == ("voting", 1)
        assert fresh.due_at == fresh.started_at + timedelta(seconds=600)  # type: ignore[operator]
        assert fresh.version > before

    def test_after_an_extension_one_vote_is_enough(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        vote(cast.ben, room)
        for _ in range(2):
            wait(clock, 300, present=cast.team, room=room)
            sweep()
        assert now(room).phase == "revealed"

    def test_a_round_without_any_vote_stays_open(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        for _ in range(3):
            wait(clock, 300, present=cast.team, room=room)
            sweep()
        fresh = now(room)
        assert (fresh.phase, fresh.extensions) == ("voting", 3)
        assert not Reveal.objects.exists()

    def test_the_next_decision_starts_with_no_extension(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        wait(clock, 300, present=cast.team, room=room)
        sweep()
        everyone_votes(cast.team, room, "AAA")
        commit(cast.ben, room)
        assert now(room).extensions == 0


class TestLobby:
    def test_a_lobby_starts_by_itself_once_its_time_is_up(self, cast: Cast, clock: Clock):
        room = make_room(cast.quest, cast.team)
        wait(clock, 120, present=cast.team, room=room)
        sweep()
        fresh = now(room)
        assert (fresh.state, fresh.decision_number) == ("in_progress", 1)
        assert fresh.started_at is not None

    def test_a_lobby_with_too_few_people_waits_on_and_says_so(self, cast: Cast, clock: Clock):
        room = make_room(cast.quest, [cast.ben])
        before = room.version
        wait(clock, 120, present=[cast.ben], room=room)
        sweep()
        fresh = now(room)
        assert fresh.state == "open"
        assert fresh.due_at == room.due_at + timedelta(seconds=120)  # type: ignore[operator]
        assert fresh.version > before, "a page that shows the old deadline must find out"

    def test_whoever_comes_after_the_time_is_up_finds_the_room_started(self, clock: Clock, db: None):
        cast = make_cast(decisions=1)
        room = make_room(cast.quest, [cast.ben, cast.bea])
        wait(clock, 120, present=[cast.ben, cast.bea], room=room)
        with pytest.raises(RoomStarted):
            join(cast.bob, room)
        assert now(room).state == "in_progress"

    def test_it_is_applied_when_the_room_is_read(self, cast: Cast, clock: Clock):
        room = make_room(cast.quest, cast.team)
        wait(clock, 120, present=cast.team, room=room)
        assert look(cast.ben, room).room.state == "in_progress"


class TestTheSweep:
    def test_it_settles_every_room_that_is_due(self, cast: Cast, clock: Clock):
        rooms = [make_room(cast.quest, make_people(cast.event, 3)) for _ in range(3)]
        clock.shift(120)
        sweep()
        assert {now(room).state for room in rooms} == {"in_progress"}

    def test_a_broken_room_does_not_stop_the_others(self, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch):
        people = make_people(cast.event, 6)
        broken, whole = make_room(cast.quest, people[:3]), make_room(cast.quest, people[3:])
        breaks(monkeypatch, settling, broken)
        for team, room in ((people[:3], broken), (people[3:], whole)):
            wait(clock, 60, present=team, room=room)
        sweep()
        assert (now(broken).state, now(whole).state) == ("full", "in_progress")

    def test_nor_does_one_whose_absent_cannot_be_marked(
        self, cast: Cast, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ):
        broken, whole = (playing_room(cast, make_people(cast.event, 3)) for _ in range(2))
        breaks(monkeypatch, presence, broken)
        clock.shift(121)
        sweep()
        assert not broken.memberships.exclude(away_at=None).exists()
        assert whole.memberships.exclude(away_at=None).count() == 3

    def test_nothing_due_is_nothing_done(self, cast: Cast, room: Room):
        before = now(room).version
        stay(cast.team, room)
        assert sweep() == 0
        assert now(room).version == before


def breaks(monkeypatch: pytest.MonkeyPatch, module: ModuleType, broken: Room) -> None:
    """From now on `module` fails on this one room."""

    def lock_or_break(*, room_id: int) -> Play:
        if room_id == broken.pk:
            raise RuntimeError("broken")
        return lock(room_id=room_id)

    monkeypatch.setattr(module, "lock", lock_or_break)
