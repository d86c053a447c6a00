"""Fills an empty database with what the measured requests need: a seat for each vote, a room for each commit."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from echoroom.accounts.models import User
from echoroom.events.models import Event, Participant, SeatDevice
from echoroom.events.secrets import hashed, new_token
from rooms.models import Membership, Option, Quest, Reveal, Room, Vote
from rooms.quest_files import demo_quests
from rooms.selectors.content import QuestContent, content_of
from rooms.services.quests import import_quest

TEAM = 4
VOTERS = 3  # of four: the last one never votes, so that every measured vote is the same work
BATCH = 2_000
_numbers = itertools.count()
REASON = (
    "If the others are wrong we lose a day; if the one is right we lose people. I want a second pair of eyes on it."
)


@dataclass(frozen=True, slots=True)
class SeatToPlay:
    token: str
    room: str


@dataclass(frozen=True, slots=True)
class World:
    content: QuestContent
    event: Event
    quest: Quest

    def option(self) -> Option:
        return Option.objects.get(decision__version_id=self.content.version_id, decision__number=1, key="A")


def make_world() -> World:
    event = Event.objects.create(name="Bench")
    spec = next(spec for spec in demo_quests() if spec.rule == "plurality")
    quest = import_quest(by=None, event=event, spec=spec)
    assert quest.current_id is not None
    return World(content_of(quest.current_id), event, quest)


def analyse() -> None:
    """What autovacuum does on a server that lives longer than a minute: without it plans are made for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def rooms_in_voting(world: World, seats: int) -> list[SeatToPlay]:
    """At least `seats` seats in rooms whose first decision takes votes; the team's last member stays silent."""
    teams = -(-seats // VOTERS)
    return [seat for room in _rooms(world, teams, Room.Phase.VOTING) for seat in room[:VOTERS]][:seats]


def rooms_revealed(world: World, rooms: int) -> list[SeatToPlay]:
    """One seat in each of `rooms` rooms whose first decision is revealed, all for A."""
    return [room[0] for room in _rooms(world, rooms, Room.Phase.REVEALED)]


def _rooms(world: World, count: int, phase: Room.Phase) -> Iterator[list[SeatToPlay]]:
    for start in range(0, count, BATCH):
        yield from _batch(world, min(BATCH, count - start), phase)
    analyse()


def _batch(world: World, count: int, phase: Room.Phase) -> Iterator[list[SeatToPlay]]:
    now = timezone.now()
    due = now + timedelta(hours=6) if phase == Room.Phase.VOTING else None
    rooms = Room.objects.bulk_create(
        Room(
            code=f"BENCH{next(_numbers)}", event=world.event, quest=world.quest,
            quest_version_id=world.content.version_id, capacity=TEAM,
            state=Room.State.IN_PROGRESS, phase=phase, decision_number=1, round=1, started_at=now, full_at=now,
            due_at=due, version=5,
        )
        for _ in range(count)
    )  # fmt: skip
    people = people_with_seats(world, count * TEAM)
    seats = Membership.objects.bulk_create(
        Membership(
            room=rooms[place // TEAM], participant=person, seat=place % TEAM + 1, joined_at=now,
            seen_at=now + timedelta(hours=6),
        )
        for place, (person, _) in enumerate(people)
    )  # fmt: skip
    if phase == Room.Phase.REVEALED:
        _reveal(world, rooms, seats)
    for place, room in enumerate(rooms):
        yield [SeatToPlay(token, room.code) for _, token in people[place * TEAM : (place + 1) * TEAM]]


def people_with_seats(world: World, count: int) -> list[tuple[Participant, str]]:
    users = User.objects.bulk_create([User(name="Guest", password="!") for _ in range(count)], batch_size=BATCH)
    people = Participant.objects.bulk_create(
        [
            Participant(event=world.event, user=user, name=f"Person {number}", consented_at=timezone.now())
            for number, user in enumerate(users)
        ],
        batch_size=BATCH,
    )
    tokens = [new_token() for _ in people]
    SeatDevice.objects.bulk_create(
        [
            SeatDevice(participant=person, token_hash=hashed(token))
            for person, token in zip(people, tokens, strict=True)
        ],
        batch_size=BATCH,
    )
    # As after the first request of each device: what is measured is a person in the middle of a game.
    seats = {
        f"seat:{hashed(token)}": (person.user_id, person.pk, person.event_id)
        for person, token in zip(people, tokens, strict=True)
    }
    keys = list(seats)
    for start in range(0, len(keys), 200):
        cache.set_many({key: seats[key] for key in keys[start : start + 200]}, 3600)
    return list(zip(people, tokens, strict=True))


def _reveal(world: World, rooms: list[Room], seats: list[Membership]) -> None:
    option = world.option()
    Vote.objects.bulk_create(
        [
            Vote(room_id=seat.room_id, membership=seat, decision_number=1, round=1, option=option, justification=REASON)
            for seat in seats
        ],
        batch_size=BATCH,
    )
    Reveal.objects.bulk_create(
        [
            Reveal(room=room, decision_number=1, round=1, reason=Reveal.Reason.ALL_VOTED, votes=TEAM, seats=TEAM)
            for room in rooms
        ],
        batch_size=BATCH,
    )
