"""What the tick keeps to: rules, weights, holds, and what happens while it looks for teams."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from echoroom.events.services.seats import seat_of
from matching.former import Matching
from matching.journal import Question
from matching.models import MatchingWeights, Queue, Ticket
from matching.selectors import queue_status
from matching.services.queue_control import hold_queue, release_queue
from matching.services.queueing import leave_queue, note_presence
from matching.services.ticking import tick
from matching.tests.factories import make_block, make_party_of
from matching.tests.test_tick import queue_up, room_of, state_of
from rooms.models import Room
from rooms.services.seating import close_room
from rooms.tests.factories import make_people, make_quest, make_room
from tests.cast import Cast

Clock = time_machine.Traveller


class TestTheRules:
    def test_a_party_is_seated_whole(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue_up([cast.cleo, cast.ben, *make_people(cast.event, 3)], cast.quest)
        assert tick() == 2
        assert room_of(cast.ben) == room_of(cast.bea)

    def test_a_party_of_whom_one_is_absent_waits_whole(self, cast: Cast, clock: Clock):
        make_party_of(cast.ben, cast.bea)
        queue_up([cast.ben], cast.quest)
        clock.shift(60)
        note_presence(by=seat_of(cast.ben))
        queue_up([cast.cleo], cast.quest)
        assert tick() == 0
        note_presence(by=seat_of(cast.bea))
        assert tick() == 1
        assert {state_of(person) for person in (cast.ben, cast.bea, cast.cleo)} == {"matched"}

    def test_who_blocked_somebody_never_meets_them(self, cast: Cast, clock: Clock):
        make_block(cast.ben, cast.bea)
        queue_up(cast.team[:2], cast.quest)
        clock.shift(100)
        for person in cast.team[:2]:
            note_presence(by=seat_of(person))
        tick()
        assert not Room.objects.exists()

    def test_people_who_have_just_played_together_are_mixed_anew(self, cast: Cast):
        close_room(by=None, room_id=make_room(cast.quest, cast.team[:2]).pk)
        close_room(by=None, room_id=make_room(cast.quest, [cast.bob, cast.cleo]).pk)
        pair = make_quest(event=cast.event, slug="pairs", team_size=2)
        queue_up([*cast.team, cast.cleo], pair)
        assert tick() == 2
        assert room_of(cast.ben) != room_of(cast.bea)
        assert room_of(cast.bob) != room_of(cast.cleo)

    def test_nobody_without_a_common_language_is_teamed(self, cast: Cast, clock: Clock):
        for person, language in ((cast.ben, "de"), (cast.bea, "fr")):
            person.languages = [language]
            person.save()
        queue_up(cast.team[:2], cast.quest)
        clock.shift(30)
        tick()
        assert {state_of(person) for person in cast.team[:2]} == {"no_team"}

    def test_the_weights_of_the_event_count(self, cast: Cast):
        """Two countries, two skills: what is weighed decides who meets whom."""
        pair = make_quest(event=cast.event, slug="pairs", team_size=2)
        stated = zip(
            [*cast.team, cast.cleo], ["DE", "DE", "FR", "FR"], ["expert", "newcomer", "newcomer", "expert"], strict=True
        )
        for person, country, skill in stated:
            person.country, person.skill = country, skill
            person.save()
        nothing = dict.fromkeys(MatchingWeights.CRITERIA, 0.0)
        MatchingWeights.objects.create(event=cast.event, **{**nothing, "skill": 1.0, "country": 0.1})
        queue_up([*cast.team, cast.cleo], pair)
        tick()
        assert room_of(cast.ben) == room_of(cast.bob), "another skill, and another country too"


class TestWhileTeamsAreFound:
    def test_who_leaves_is_missed_and_only_their_team_waits_on(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        queue_up([*cast.team, *make_people(cast.event, 3)], cast.quest)
        asked = Question.asked

        def leave_meanwhile(question: Question) -> Matching:
            leave_queue(by=seat_of(cast.ben))
            return asked(question)

        monkeypatch.setattr(Question, "asked", leave_meanwhile)
        assert tick() == 1
        assert Counter(Ticket.objects.values_list("state", flat=True)) == {"matched": 3, "waiting": 2, "left": 1}
        assert state_of(cast.ben) == "left"

    def test_an_organiser_who_holds_the_queue_is_heard(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        queue_up(cast.team, cast.quest)
        asked = Question.asked

        def hold_meanwhile(question: Question) -> Matching:
            Queue.objects.update(held_at=timezone.now())
            return asked(question)

        monkeypatch.setattr(Question, "asked", hold_meanwhile)
        assert tick() == 0
        assert state_of(cast.ben) == "waiting"


class TestWhoIsBack:
    def test_and_alone_is_not_sent_away_at_once_for_what_they_had_waited_before(self, cast: Cast, clock: Clock):
        queue_up([cast.ben], cast.quest)
        clock.shift(25)
        note_presence(by=seat_of(cast.ben))
        clock.shift(121)
        Ticket.objects.update(why="more_people")
        Ticket.objects.filter(participant=cast.ben).update(seen_at=timezone.now() - timedelta(seconds=121))
        tick()
        clock.shift(1)
        queue_up([cast.ben], cast.quest)
        clock.shift(10)
        tick()
        assert state_of(cast.ben) == "waiting"
        clock.shift(20)
        note_presence(by=seat_of(cast.ben))
        tick()
        assert state_of(cast.ben) == "no_team"


class TestAMateWhoIsAway:
    def test_is_the_reason_that_their_party_reads(self, cast: Cast, clock: Clock):
        make_party_of(cast.ben, cast.bea)
        queue_up([cast.ben, cast.cleo], cast.quest)
        clock.shift(60)
        for person in (cast.ben, cast.cleo):
            note_presence(by=seat_of(person))
        tick()
        assert "Somebody of your party has not been seen" in queue_status(viewer=seat_of(cast.ben)).why
        note_presence(by=seat_of(cast.bea))
        tick()
        assert state_of(cast.ben) == "matched"

    def test_who_is_lost_leaves_the_others_a_smaller_group(self, cast: Cast, clock: Clock):
        make_party_of(cast.ben, cast.bea)
        queue_up([cast.ben], cast.quest)
        clock.shift(119)
        note_presence(by=seat_of(cast.ben))
        clock.shift(2)
        tick()
        assert (state_of(cast.bea), Ticket.objects.get(participant=cast.ben).group) == ("expired", "any")


class TestAQueueThatIsReleased:
    def test_counts_no_wait_while_it_was_held(self, cast: Cast, clock: Clock):
        queue_up([cast.ben], cast.quest)
        clock.shift(10)
        hold_queue(by=cast.ada, quest_id=cast.quest.pk)
        clock.shift(60)
        queue_up([cast.cleo], cast.quest)
        clock.shift(40)
        release_queue(by=cast.ada, quest_id=cast.quest.pk)
        now = timezone.now()
        waited = {
            ticket.participant: now - ticket.waits_since for ticket in Ticket.objects.select_related("participant")
        }
        assert waited == {cast.ben: timedelta(seconds=10), cast.cleo: timedelta(0)}
        for person in (cast.ben, cast.cleo):
            note_presence(by=seat_of(person))
        tick()
        assert {state_of(cast.ben), state_of(cast.cleo)} == {"waiting"}, "two of three, and no patience lost yet"


class TestAQueueThatIsHeld:
    def test_keeps_everybodys_place(self, cast: Cast):
        queue_up(cast.team, cast.quest)
        Queue.objects.update(held_at=timezone.now())
        assert tick() == 0
        assert {state_of(person) for person in cast.team} == {"waiting"}
        Queue.objects.update(held_at=None)
        assert tick() == 1
