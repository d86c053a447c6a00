"""Asking for practice bots: who may, what happens, and what is refused."""

from __future__ import annotations

import pytest

from echoroom.audit.models import AuditEntry
from echoroom.events.domain_events import ParticipantEntered
from echoroom.events.models import Event, Participant, SeatDevice
from echoroom.events.services.bots import bot_token
from echoroom.events.services.seats import seat_by_token, seat_of
from echoroom.outbox.testing import deliver_all, receiving
from matching.errors import NothingToPractise, PracticeFull, PracticeNotOffered
from matching.models import PracticeRoom, Queue, Ticket
from matching.practice.names import NAMES
from matching.services import practice
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from matching.tests.practice import Clock, ask, bots_of, make_test_event, practise
from rooms.errors import QuestClosed, RoomStarted
from rooms.models import Membership, Quest, Room
from rooms.services.seating import leave_room, start_room
from rooms.tests.factories import make_people, make_quest, make_room
from rooms.tests.moves import playing_room
from tests.cast import ApiClient, Cast


@pytest.fixture(autouse=True)
def _a_test_event(cast: Cast) -> None:
    make_test_event(cast)


class TestWhoWaits:
    def test_gets_a_room_with_bots_up_to_a_whole_team(self, cast: Cast):
        room = practise(cast)
        assert [bot.name for bot in bots_of(room)] == list(NAMES[:2])
        assert Membership.objects.get(participant=cast.ben).seat == 1
        assert (room.state, PracticeRoom.objects.get().asked_by) == ("full", cast.ben)

    def test_has_been_matched_and_is_told_wherever_their_page_is(self, cast: Cast):
        room = practise(cast)
        ticket = Ticket.objects.get()
        assert (ticket.state, ticket.room, ticket.ended_at is not None) == ("matched", room, True)
        assert Participant.objects.get(pk=cast.ben.pk).version == 1
        assert Queue.objects.get().version == 2, "one joined, one was matched"

    def test_takes_nobody_else_along(self, cast: Cast):
        join_queue(by=seat_of(cast.cleo), quest_id=cast.quest.pk)
        practise(cast)
        assert Ticket.objects.waiting().get().participant == cast.cleo

    def test_asks_again_and_gets_the_same_room_and_no_more_bots(self, cast: Cast):
        room = practise(cast)
        assert (ask(cast.ben).room, ask(cast.ben).bots) == (room.code, 2)
        start_room(by=seat_of(cast.ben), room_code=room.code)
        assert ask(cast.ben).bots == 2
        assert (Room.objects.count(), Participant.objects.filter(is_bot=True).count()) == (1, 2)

    def test_may_ask_right_after_hearing_that_nobody_came(self, cast: Cast, clock: Clock):
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        clock.shift(30)
        tick()
        assert Ticket.objects.get().state == "no_team"
        clock.shift(1)
        assert ask(cast.ben).bots == 2

    def test_is_not_seated_for_a_quest_that_has_closed(self, cast: Cast):
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        Quest.objects.update(is_open=False)
        with pytest.raises(QuestClosed):
            ask(cast.ben)
        assert not Participant.objects.filter(is_bot=True).exists()


class TestWhoSitsInALobby:
    def test_has_the_free_seats_filled(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        assert ask(cast.ben).bots == 1
        assert Membership.objects.filter(room=room).count() == 3
        assert ask(cast.bea).bots == 1

    def test_of_a_whole_team_gets_none(self, cast: Cast):
        make_room(cast.quest, cast.team)
        assert ask(cast.ben).bots == 0
        assert not PracticeRoom.objects.exists()

    def test_may_fill_the_seat_of_a_person_who_has_left(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben, cast.bea])
        ask(cast.ben)
        leave_room(by=seat_of(cast.bea), room_code=room.code)
        assert ask(cast.ben).bots == 2

    def test_is_refused_once_people_play(self, cast: Cast):
        playing_room(cast)
        with pytest.raises(RoomStarted):
            ask(cast.ben)


class TestRefusals:
    def test_a_real_event_has_no_bots(self, cast: Cast):
        Event.objects.update(is_test=False)
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        answer = ApiClient(cast.ben).send("POST", "/api/matching/practice")
        assert (answer.status_code, answer.json()["code"]) == (403, "practice_not_offered")
        with pytest.raises(PracticeNotOffered):
            ask(cast.ben)
        assert (Room.objects.count(), Participant.objects.filter(is_bot=True).count()) == (0, 0)
        assert Ticket.objects.get().state == "waiting"

    def test_the_demo_has(self, cast: Cast):
        Event.objects.update(is_test=False, is_demo=True)
        assert bots_of(practise(cast))

    def test_who_neither_waits_nor_sits_has_nothing_to_fill(self, cast: Cast):
        with pytest.raises(NothingToPractise):
            ask(cast.ben)

    def test_so_many_bots_and_no_more_play_in_an_event(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(practice, "MOST_PLAYING", 5)
        people = make_people(cast.event, 3)
        practise(cast, people[0])
        practise(cast, people[1])
        with pytest.raises(PracticeFull):
            practise(cast, people[2])
        assert Participant.objects.filter(is_bot=True).count() == 4
        assert Ticket.objects.waiting().get().participant == people[2]

    def test_asking_all_the_time_is_refused_with_a_wait(self, cast: Cast):
        ben = ApiClient(cast.ben)
        answers = [ben.send("POST", "/api/matching/practice") for _ in range(6)]
        assert {answer.json()["code"] for answer in answers[:5]} == {"nothing_to_practise"}
        assert (answers[5].status_code, answers[5].json()["code"]) == (429, "rate_limited")
        assert int(answers[5].headers["Retry-After"]) > 0


class TestTheBots:
    def test_play_again_when_their_room_has_ended(self, cast: Cast):
        first = practise(cast)
        bots = bots_of(first)
        Membership.objects.filter(room=first).update(is_playing=False)
        assert set(bots_of(practise(cast, cast.bea))) == set(bots)

    def test_of_two_rooms_are_not_the_same(self, cast: Cast):
        first, second = practise(cast), practise(cast, cast.bea)
        assert not set(bots_of(first)) & set(bots_of(second))

    def test_hold_a_seat_whose_token_is_stored_nowhere(self, cast: Cast):
        bot = bots_of(practise(cast))[0]
        token = bot_token(participant_id=bot.pk)
        assert seat_by_token(token) == seat_of(bot)
        assert not SeatDevice.objects.filter(token_hash=token).exists()

    def test_are_let_in_again_after_the_secret_key_changed(self, cast: Cast, settings: object):
        room = practise(cast)
        Membership.objects.filter(room=room).update(is_playing=False)
        settings.SECRET_KEY = "another-0123456789-abcdefghijklmnopqrstuvwxyz-0123"  # type: ignore[attr-defined]
        bot = bots_of(practise(cast, cast.bea))[0]
        assert seat_by_token(bot_token(participant_id=bot.pk)) == seat_of(bot)

    def test_enter_without_news_and_leave_a_line_in_the_journal(self, cast: Cast):
        heard: list[ParticipantEntered] = []
        with receiving(ParticipantEntered, heard.append):
            practise(cast)
            deliver_all()
        assert not heard
        assert AuditEntry.objects.filter(action="participant.bot_made").count() == 2
        assert AuditEntry.objects.get(action="practice.requested").event_id == cast.event.pk

    def test_have_all_the_same_right_names(self):
        assert len(set(NAMES)) == len(NAMES) >= practice.MOST_PLAYING
        assert all(name.endswith(" (bot)") for name in NAMES)


class TestStrangers:
    def test_are_not_seated_among_bots_that_somebody_else_asked_for(self, cast: Cast, clock: Clock):
        quest = make_quest(event=cast.event, slug="roomy", team_max=4)
        join_queue(by=seat_of(cast.ben), quest_id=quest.pk)
        ask(cast.ben)
        assert Room.objects.get().state == "open", "there is a seat left"
        join_queue(by=seat_of(cast.cleo), quest_id=quest.pk)
        clock.shift(30)
        tick()
        assert Ticket.objects.get(participant=cast.cleo).state == "no_team"
