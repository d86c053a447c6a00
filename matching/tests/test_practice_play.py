"""Bots at play: through the public API, at their own pace, to the end."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.utils import timezone

from echoroom import limits
from echoroom.events.models import Event
from echoroom.events.tests.browser import browser_of
from echoroom.limits.scopes import SCOPES
from echoroom.outbox.testing import deliver_all
from matching.models import PracticeRoom
from matching.practice.api import SeatApi
from matching.practice.moves import Move
from matching.services import practising
from matching.services.practising import let_bots_act
from matching.tests.practice import Clock, ask, ballots, bots_of, bots_play, make_test_event, members_of, practise
from rooms.models import Commit, DecisionMap, Room, Vote
from rooms.tests.factories import make_quest, make_room
from rooms.tests.moves import commit, leave, look, now, start, sweep, vote, vote_again, wait
from tests.cast import ApiClient, Cast

pytestmark = pytest.mark.usefixtures("bots_in_this_transaction")


@pytest.fixture(autouse=True)
def _a_test_event(cast: Cast) -> None:
    make_test_event(cast)


@pytest.fixture
def room(cast: Cast) -> Room:
    """Ben and two bots; Ben has pressed the button."""
    return start(cast.ben, practise(cast))


def test_one_person_alone_plays_to_the_map(cast: Cast, clock: Clock):
    cast.quest = make_quest(event=cast.event, slug="two-steps", decisions=2)
    ben = ApiClient(cast.ben)
    ben.send("POST", "/api/matching/join", {"quest": str(cast.quest.pk)})
    code = ben.send("POST", "/api/matching/practice").json()["room"]
    assert ben.send("GET", "/api/matching/status").json()["room"] == code
    room = Room.objects.get(code=code)
    ben.send("POST", f"/api/rooms/{code}/start")
    for decision in (1, 2):
        body = {"room": code, "decision": decision, "option": "A", "justification": "I think so."}
        assert not ben.send("POST", "/api/vote", body).json()["revealed"]
        assert let_bots_act() == 2, "nobody waits for a bot"
        view = ben.get(f"/api/rooms/{code}").json()
        assert view["phase"] == "revealed"
        shown = view["revealed"][-1]["rounds"][0]["votes"]
        assert [vote["is_bot"] for vote in shown] == [False, True, True]
        assert all(len(vote["justification"]) > 20 for vote in shown[1:])
        choice = {"room": code, "decision": decision, "option": view["you_may"]["commit"][0]}
        assert ben.send("POST", "/api/commit", choice).status_code == 200
    deliver_all()
    document = DecisionMap.objects.get(room=room).document
    assert [member["is_bot"] for member in document["members"]] == [False, True, True]
    assert [member["name"] for member in document["members"]] == ["Ben", "Robin", "Noor"]
    assert let_bots_act() == 0
    assert PracticeRoom.objects.get().look_at is None, "nobody looks at a room that has ended"
    page = browser_of(cast.ben).get(f"/artifact/{DecisionMap.objects.get().pk}").content.decode()
    # In the list of the team, and beside each of their two votes.
    assert page.count("(practice bot)") >= 2 * 3


class TestPace:
    def test_a_bot_thinks_for_two_to_eight_seconds(self, cast: Cast, room: Room, clock: Clock):
        assert bots_play(clock, 0, room=room) == let_bots_act() == 0
        clock.shift(1.9)
        assert let_bots_act() == 0
        clock.shift(6.2)
        assert let_bots_act() == 2

    def test_the_same_bot_thinks_for_the_same_time_whoever_asks(self, cast: Cast, room: Room, clock: Clock):
        moves = [bots_play(clock, 2, room=room) for _ in range(4)]
        assert sum(moves) == 2
        assert bots_play(clock, 60, present=[cast.ben], room=room) == 0, "a vote is cast once"

    def test_a_bot_leaves_the_start_to_the_people_for_a_while(self, cast: Cast, clock: Clock):
        room = practise(cast)
        assert bots_play(clock, 18, present=[cast.ben], room=room) == 0
        assert bots_play(clock, 2, present=[cast.ben], room=room) == 1
        assert now(room).state == "in_progress"

    def test_a_bot_leaves_the_commit_to_the_people_for_longer(self, cast: Cast, room: Room, clock: Clock):
        vote(cast.ben, room, "A")
        let_bots_act()
        assert bots_play(clock, 88, present=[cast.ben], room=room) == 0
        assert bots_play(clock, 2, present=[cast.ben], room=room) == 1
        assert Commit.objects.get().author.participant.is_bot

    def test_bots_never_ask_for_a_second_vote_and_take_part_in_one(self, cast: Cast, clock: Clock):
        cast.quest = make_quest(event=cast.event, slug="twice", rounds=2)
        room = start(cast.ben, practise(cast))
        vote(cast.ben, room, "A")
        let_bots_act()
        bots_play(clock, 60, present=[cast.ben], room=room)
        assert now(room).round == 1
        vote_again(cast.ben, room)
        bots_play(clock, 8, present=[cast.ben], room=room)
        assert sorted(ballots(room)) == sorted(bot.name for bot in bots_of(room))


class TestPresence:
    def test_bots_stay_as_long_as_somebody_is_there(self, cast: Cast, room: Room, clock: Clock):
        for _ in range(5):
            bots_play(clock, 60, present=[cast.ben], room=room)
            sweep()
        assert {member.presence for member in look(cast.ben, room).members} == {"here"}

    def test_bots_wait_for_a_person_who_is_away(self, cast: Cast, room: Room, clock: Clock):
        clock.shift(1)
        wait(clock, 121, present=bots_of(room), room=room)
        sweep()
        assert bots_play(clock, 30, room=room) == 0
        look(cast.ben, room)
        assert bots_play(clock, 10, present=[cast.ben], room=room) == 2

    def test_a_room_that_its_people_forgot_closes_in_spite_of_its_bots(self, cast: Cast, room: Room, clock: Clock):
        for _ in range(60):
            clock.shift(60)
            let_bots_act()
            sweep()
        assert (now(room).state, now(room).close_reason) == ("closed", "idle")

    def test_bots_leave_when_the_last_person_has_left(self, cast: Cast, room: Room, clock: Clock):
        leave(cast.ben, room)
        assert let_bots_act() == 2
        assert (now(room).state, now(room).close_reason) == ("closed", "empty")
        assert let_bots_act() == 0

    def test_bots_stay_with_the_one_who_is_left(self, cast: Cast):
        room = make_room(make_quest(event=cast.event, slug="roomy", team_size=4, team_max=4), [cast.ben, cast.bea])
        ask(cast.ben)
        leave(cast.ben, start(cast.bea, room))
        let_bots_act()
        assert now(room).state == "in_progress"


class TestTheCaptain:
    @pytest.fixture
    def room(self, cast: Cast) -> Room:
        cast.quest = make_quest(event=cast.event, slug="led", rule="captain")
        return start(cast.ben, practise(cast))

    def test_is_never_a_bot_while_a_person_has_a_seat(self, cast: Cast, room: Room, clock: Clock):
        room.memberships.filter(participant__is_bot=True).update(joined_at=room.created_at.replace(year=2000))
        assert [member.name for member in look(cast.ben, room).members if member.is_captain] == ["Ben"]
        vote(cast.ben, room, "A")
        let_bots_act()
        assert bots_play(clock, 120, present=[cast.ben], room=room) == 0
        commit(cast.ben, room, "C")

    def test_stays_a_person_who_is_away(self, cast: Cast, room: Room, clock: Clock):
        bot = bots_of(room)[0]
        wait(clock, 121, present=bots_of(room), room=room)
        sweep()
        assert [member.name for member in look(bot, room).members if member.is_captain] == ["Ben"]

    def test_is_a_bot_only_when_nobody_else_is_left(self, cast: Cast, room: Room):
        leave(cast.ben, room)
        bot = bots_of(room)[0]
        assert [member.is_bot for member in look(bot, room).members if member.is_captain] == [True]


class TestBlindness:
    def test_what_a_bot_voted_is_hidden_like_any_vote(self, cast: Cast, room: Room, clock: Clock):
        bots_play(clock, 8, present=[cast.ben], room=room)
        votes = Vote.objects.filter(room=room)
        assert votes.count() == 2
        shown = ApiClient(cast.ben).get(f"/api/rooms/{room.code}").content.decode()
        shown += browser_of(cast.ben).get(f"/room/{room.code}").content.decode()
        assert all(vote.justification not in shown for vote in votes)


class TestMarks:
    def test_every_view_of_the_room_tells_who_is_a_bot(self, cast: Cast, room: Room):
        view = ApiClient(cast.ben).get(f"/api/rooms/{room.code}").json()
        assert members_of(view) == {"Ben": False, "Robin (bot)": True, "Noor (bot)": True}
        page = browser_of(cast.ben).get(f"/room/{room.code}").content.decode()
        assert page.count("practice team-mate") == page.count('class="face bot"') == 2

    def test_the_queue_says_whether_bots_may_be_asked_for(self, cast: Cast):
        ben = ApiClient(cast.ben)
        ben.send("POST", "/api/matching/join", {"quest": str(cast.quest.pk)})
        assert ben.get("/api/matching/status").json()["practice"] is True
        Event.objects.update(is_test=False)
        assert ben.get("/api/matching/status").json()["practice"] is False


class TestLimitsAndErrors:
    def test_a_bot_that_is_told_to_wait_waits(self, cast: Cast, room: Room, clock: Clock):
        bot = bots_of(room)[0]
        for _ in range(SCOPES["vote"].item.amount):
            limits.check("vote", str(bot.pk))
        clock.shift(8)
        let_bots_act()
        assert bot.name not in ballots(room)
        # The limits have a clock of their own, which no test moves.
        limits.reset()
        assert bots_play(clock, 50, present=[cast.ben], room=room) == 0
        assert bots_play(clock, 20, present=[cast.ben], room=room) == 1
        assert bot.name in ballots(room)

    def test_a_move_that_comes_too_late_is_no_error(self, cast: Cast, room: Room, clock: Clock, caplog: Any):
        caplog.set_level(logging.ERROR)
        bot = bots_of(room)[1]
        leave(bot, room)
        vote(cast.ben, room, "A")
        assert let_bots_act() == 1
        assert not [record for record in caplog.records if record.name.startswith("matching")]

    def test_a_broken_room_stops_no_other(self, cast: Cast, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch):
        other = start(cast.bea, practise(cast, cast.bea))
        whole = SeatApi.room

        def room_or_break(self: SeatApi, code: str) -> Any:
            if code == room.code:
                raise RuntimeError("broken")
            return whole(self, code)

        clock.shift(8)
        with monkeypatch.context() as patched:
            patched.setattr(SeatApi, "room", room_or_break)
            assert let_bots_act() == 2
        assert (len(ballots(room)), len(ballots(other))) == (0, 2)
        clock.shift(10)
        assert let_bots_act() == 2

    def test_a_run_that_begins_while_another_is_at_work_finds_nothing_to_do(
        self, cast: Cast, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ):
        within: list[int] = []
        whole = SeatApi.make

        def make(self: SeatApi, move: Move) -> None:
            within.append(let_bots_act())
            whole(self, move)

        monkeypatch.setattr(SeatApi, "make", make)
        clock.shift(8)
        assert let_bots_act() == 2
        assert within == [0, 0]

    def test_a_room_whose_worker_died_is_taken_up_again(self, cast: Cast, room: Room, clock: Clock):
        PracticeRoom.objects.update(look_at=timezone.now() + practising.CLAIM)
        clock.shift(20)
        assert let_bots_act() == 0
        clock.shift(10)
        assert let_bots_act() == 2
