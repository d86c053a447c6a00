"""A room's whole life, as it comes: whatever people do and leave undone, the rules hold and nobody is stranded."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import count
from typing import Any

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from echoroom.events.models import Participant
from echoroom.events.tests.factories import EventFactory
from echoroom.outbox.testing import deliver_all
from echoroom.refusals import Refusal
from rooms.models import DecisionMap, Room
from rooms.tests.factories import make_people, make_quest, make_room
from rooms.tests.life import check
from rooms.tests.moves import commit, join, leave, look, now, start, stay, sweep, vote, vote_again
from tests.clock import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE = st.integers(0, 4)
OPTIONS = st.sampled_from("AB")


class RoomLife(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.travel = time_machine.travel(NOON, tick=False)
        self.clock = self.travel.__enter__()
        self.reasons = count()
        self.dark: set[int] = set()

    @initialize(
        members=st.integers(2, 5),
        decisions=st.integers(1, 4),
        rounds=st.integers(1, 2),
        rule=st.sampled_from(["plurality", "majority", "unanimous", "captain"]),
        seated=st.integers(1, 5),
    )
    def a_lobby_opens(self, members: int, decisions: int, rounds: int, rule: str, seated: int) -> None:
        event = EventFactory.create()
        quest = make_quest(
            event=event, decisions=decisions, options=2, rounds=rounds, rule=rule, team_size=members, team_max=members
        )
        self.people = make_people(event, 5)
        self.room = make_room(quest, self.people[: min(seated, members)])

    def person(self, number: int) -> Participant:
        """Whoever does something has their page open."""
        self.dark.discard(number)
        return self.people[number]

    def attempt(self, act: Any, *arguments: Any, **options: Any) -> None:
        """Do it or be refused by name; anything else is a bug."""
        with suppress(Refusal):
            act(*arguments, **options)

    @rule(number=PEOPLE)
    def somebody_joins(self, number: int) -> None:
        self.attempt(join, self.person(number), self.room)

    @rule(number=PEOPLE)
    def somebody_starts(self, number: int) -> None:
        self.attempt(start, self.person(number), self.room)

    @rule(number=PEOPLE, option=OPTIONS)
    def somebody_votes_or_changes_their_vote(self, number: int, option: str) -> None:
        self.attempt(vote, self.person(number), self.room, option, f"reason-{next(self.reasons)}.")

    @rule(option=OPTIONS)
    def everybody_votes(self, option: str) -> None:
        for number in range(5):
            self.somebody_votes_or_changes_their_vote(number, option)

    @rule(number=PEOPLE, decision=st.integers(0, 5), option=OPTIONS)
    def somebody_votes_out_of_order(self, number: int, decision: int, option: str) -> None:
        reason = f"reason-{next(self.reasons)}."
        self.attempt(vote, self.person(number), self.room, option, reason, decision=decision)

    @rule(number=PEOPLE)
    def somebody_wants_a_second_round(self, number: int) -> None:
        self.attempt(vote_again, self.person(number), self.room, decision=now(self.room).decision_number)

    @rule(number=PEOPLE, option=OPTIONS)
    def somebody_commits(self, number: int, option: str) -> None:
        self.attempt(commit, self.person(number), self.room, option)

    @rule(number=PEOPLE, decision=st.integers(0, 5), option=OPTIONS)
    def somebody_commits_out_of_order(self, number: int, decision: int, option: str) -> None:
        self.attempt(commit, self.person(number), self.room, option, decision=decision)

    @rule(number=PEOPLE)
    def somebody_leaves(self, number: int) -> None:
        self.attempt(leave, self.person(number), self.room)

    @rule(number=PEOPLE)
    def a_screen_goes_dark(self, number: int) -> None:
        self.dark.add(number)

    @rule(number=PEOPLE)
    def somebody_returns(self, number: int) -> None:
        self.attempt(look, self.person(number), self.room)

    @rule(seconds=st.sampled_from([1, 20, 119, 121, 301]))
    def time_passes(self, seconds: int) -> None:
        self.clock.shift(seconds)
        stay([self.people[number] for number in range(5) if number not in self.dark], self.room)

    @rule()
    def the_clock_sweeps(self) -> None:
        sweep()

    @rule()
    def half_an_hour_of_silence(self) -> None:
        self.clock.shift(settings.ROOM_IDLE_SECONDS + 1)
        sweep()

    @invariant()
    def the_rules_hold(self) -> None:
        if hasattr(self, "room"):
            check(self.room, self.people)

    def teardown(self) -> None:
        try:
            if hasattr(self, "room"):
                self.nobody_is_stranded()
        finally:
            self.travel.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def nobody_is_stranded(self) -> None:
        """Any one member who stayed brings a started room to its end, alone, with the others' screens dark."""
        fresh = now(self.room)
        if fresh.started_at is None or not fresh.is_live:
            return
        stayed = fresh.memberships.filter(left_at=None).order_by("?").first()
        assert stayed is not None
        for _ in range(40):
            self.one_step_alone(stayed.participant)
            check(self.room, self.people)
            if now(self.room).state == Room.State.COMPLETED:
                break
        assert now(self.room).state == Room.State.COMPLETED
        deliver_all()
        assert DecisionMap.objects.filter(room=self.room).count() == 1

    def one_step_alone(self, person: Participant) -> None:
        seen = look(person, self.room)
        if seen.may_commit:
            commit(person, self.room, min(seen.allowed))
        elif seen.room.phase == Room.Phase.VOTING and not seen.you.voted:
            vote(person, self.room, "A", f"reason-{next(self.reasons)}.")
        else:
            self.clock.shift(121)
            stay([person], self.room)
            sweep()


def test_a_room_lives_by_its_rules_and_strands_nobody() -> None:
    # The seed of the run, which the header of the test report names.
    machine = hypothesis.seed(int(os.environ["ECHOROOM_TEST_SEED"]))(RoomLife)
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
