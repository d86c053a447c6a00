"""Votes against a deadline that passes while they are cast, judged by the times that the database has recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.utils import timezone

from echoroom.events.models import Participant
from rooms.models import Quest, Reveal, Room, Vote, VoteChange
from rooms.services.clock import settle_room
from rooms.tests.factories import make_quest
from tests.races.crowds import begin_all, client_of, crowd, rooms_of
from tests.races.together import MOST_CONNECTIONS, outcome, together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SWEEPERS = 2
# Two of each team vote until they are refused; the third never does, so that nothing but the deadline ends the round.
ROOMS = (MOST_CONNECTIONS - SWEEPERS) // 2
OPEN_FOR = timedelta(seconds=0.15)
HANGS = timedelta(seconds=60)


class Race:
    """Everybody votes once; then the deadline is set, and passes while they go on changing their votes."""

    due: datetime

    def __init__(self, rooms: list[Room]) -> None:
        self.rooms = rooms
        self.everybody = Barrier(2 * len(rooms) + SWEEPERS, action=self.set_deadline)

    def set_deadline(self) -> None:
        self.due = timezone.now() + OPEN_FOR
        Room.objects.filter(pk__in=[room.pk for room in self.rooms]).update(due_at=self.due)

    def voter(self, person: Participant, room: Room) -> Callable[[], list[str]]:
        """Answers with the outcome of each vote, which has a reason of its own."""
        client = client_of(person)

        def cast(turn: int) -> str:
            body = {"room": room.code, "decision": 1, "option": "AB"[turn % 2], "justification": f"Turn {turn}."}
            return outcome(client.send("POST", "/api/vote", body))

        def until_refused() -> list[str]:
            said = [cast(0)]
            self.everybody.wait(HANGS.total_seconds())
            while said[-1] == "ok":
                said.append(cast(len(said)))
            return said

        return until_refused

    def sweeper(self) -> list[str]:
        self.everybody.wait(HANGS.total_seconds())
        while Reveal.objects.count() < len(self.rooms) and timezone.now() < self.due + HANGS:
            for room in self.rooms:
                settle_room(room_id=room.pk)
        return []


@pytest.fixture
def quest() -> Quest:
    return make_quest(decisions=2)


def test_what_comes_before_the_deadline_counts_and_what_comes_after_does_not(quest: Quest):
    people = crowd(quest.event, 3 * ROOMS)
    rooms = rooms_of(quest, people, size=3)
    begin_all(rooms)
    race = Race(rooms)
    voters = [(person, rooms[number // 3]) for number, person in enumerate(people) if number % 3 != 2]
    told = together([*(race.voter(person, room) for person, room in voters), *[race.sweeper] * SWEEPERS])
    for (person, room), said in zip(voters, told, strict=False):
        counted = said.count("ok")
        assert counted >= 1
        assert said == ["ok"] * counted + ["vote_closed"]
        vote = Vote.objects.get(room=room, membership__participant=person)
        assert (vote.changed_at or vote.cast_at) < race.due
        assert vote.justification == f"Turn {counted - 1}."
        assert VoteChange.objects.filter(vote=vote).count() == counted - 1
    for reveal in Reveal.objects.filter(room__in=rooms):
        assert (reveal.reason, reveal.votes) == ("deadline", 2)
        assert reveal.revealed_at >= race.due
    assert Reveal.objects.count() == len(rooms)
