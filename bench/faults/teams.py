"""People and rooms that differ in all that badges look at, played through the services up to the last commit."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from echoroom.accounts.models import User
from echoroom.events.domain_events import ParticipantEntered
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from echoroom.outbox import publish
from rooms.models import Quest, Room
from rooms.quest_files import DecisionSpec, OptionSpec, QuestSpec
from rooms.services import committing, seating, voting
from rooms.services.quests import import_quest

PEOPLE = 60
BOTS = 4
QUESTS = 7
DECISIONS = 3
OPTIONS = "ABC"
LARGEST = 5
COUNTRIES = ["DE", "KE", "BR", "JP", ""]
SENTENCE = "Whoever waits for the last doubt to be gone decides by waiting, and not well."
# On both sides of what counts as a long reason.
LENGTHS = [10, 49, 50, 70]


@dataclass(frozen=True)
class World:
    event: Event
    quests: list[Quest]
    people: list[Participant]


def make_world(dice: random.Random, name: str) -> World:
    now = datetime.now(UTC)
    event = Event.objects.create(name=name, time_zone=_zone_at_night(now), opens_at=now - timedelta(hours=2))
    quests = [import_quest(by=None, event=event, spec=_quest(number)) for number in range(1, QUESTS + 1)]
    return World(event, quests, [_person(event, number, dice) for number in range(PEOPLE)])


def _zone_at_night(now: datetime) -> str:
    """A zone in which it is about eleven at night, so that votes count as cast late."""
    east = (23 - now.hour + 12) % 24 - 12
    # POSIX's signs: what is east of Greenwich is minus.
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def _quest(number: int) -> QuestSpec:
    decisions = tuple(
        DecisionSpec(
            title=f"Step {step}",
            question="What now?",
            options=tuple(OptionSpec(title=f"Way {key}", description="One way.") for key in OPTIONS),
        )
        for step in range(1, DECISIONS + 1)
    )
    return QuestSpec(
        slug=f"fault-{number}", title=f"Fault {number}", region="Somewhere", summary="A quest to be killed in.",
        team_min=2, team_size=3, team_max=LARGEST, rounds=1 + number % 2, decisions=decisions,
    )  # fmt: skip


@transaction.atomic
def _person(event: Event, number: int, dice: random.Random) -> Participant:
    person = Participant.objects.create(
        event=event,
        user=User.objects.create(name="Guest", password="!"),
        name=f"Person {number}",
        country=dice.choice(COUNTRIES),
        is_bot=number < BOTS,
        # Half of them within the first hour.
        entered_at=event.opens_at + timedelta(minutes=dice.uniform(1, 119)),
    )
    publish(ParticipantEntered(participant_id=person.pk))
    return person


def prepared(world: World, count: int, dice: random.Random) -> list[Room]:
    """`count` rooms of the world's people, each with its last decision revealed."""
    people = dice.sample(world.people, len(world.people))
    sizes = [dice.randint(2, LARGEST) for _ in range(count)]
    rooms = []
    for size in sizes:
        team, people = people[:size], people[size:]
        rooms.append(_played_up_to_the_last_commit(dice.choice(world.quests), team, dice))
    return rooms


def _played_up_to_the_last_commit(quest: Quest, team: list[Participant], dice: random.Random) -> Room:
    room = seating.open_room(by=None, quest=quest, participant_ids=[person.pk for person in team])
    seating.start_room(by=seat_of(team[0]), room_code=room.code)
    staying = list(team)
    for decision in range(1, DECISIONS + 1):
        if len(staying) > 2 and dice.random() < 0.15:
            seating.leave_room(by=seat_of(staying.pop()), room_code=room.code)
        options = _vote(room, staying, decision, dice)
        if quest.current and quest.current.rounds == 2 and dice.random() < 0.5:
            voting.vote_again(by=seat_of(staying[0]), room_code=room.code, decision_number=decision)
            options = _vote(room, staying, decision, dice)
        if decision < DECISIONS:
            commit(room, dice.choice(staying), decision, options)
    return room


def _vote(room: Room, people: list[Participant], decision: int, dice: random.Random) -> list[str]:
    agree = dice.random() < 0.3
    options = ["A" if agree else dice.choice(OPTIONS) for _ in people]
    for person, option in zip(people, options, strict=True):
        voting.cast_vote(
            by=seat_of(person), room_code=room.code, decision_number=decision, option_key=option,
            justification=SENTENCE[: dice.choice(LENGTHS)],
        )  # fmt: skip
    return options


def commit(room: Room, by: Participant, decision: int, options: list[str]) -> None:
    option = Counter(options).most_common(1)[0][0]
    committing.commit(by=seat_of(by), room_code=room.code, decision_number=decision, option_key=option)


def complete(room: Room, dice: random.Random) -> None:
    """The last commit, by one of those who are still there."""
    seated = list(Participant.objects.filter(memberships__room=room, memberships__left_at=None).order_by("name"))
    votes = room.votes.filter(decision_number=DECISIONS)
    last = max(vote.round for vote in votes)
    options = [vote.option.key for vote in votes.select_related("option") if vote.round == last]
    commit(room, dice.choice(seated), DECISIONS, options)
