"""People with attributes, as a whole event would state them, and the queue in which they wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from django.db import connection
from django.utils import timezone

from echoroom.accounts.models import User
from echoroom.events.models import Event, Participant
from matching.groups import group_of
from matching.models import Block, MatchTick, Party, Queue, Ticket
from matching.simulation.people import made_up
from rooms.models import Membership, Quest, Room
from rooms.quest_files import demo_quests
from rooms.services.quests import import_quest

BATCH = 2_000
# Waits are spread over what a quest's patience is, so that some rules have given way and others not.
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Crowd:
    event: Event
    quest: Quest
    people: list[Participant]


def make_crowd(people: int, *, seed: int, name: str = "Bench", patience: int = 30) -> Crowd:
    """An event with so many people in it, made up by the seed; `patience` of its quest in seconds."""
    event = Event.objects.create(name=name)
    spec = next(spec for spec in demo_quests() if spec.rule == "plurality")
    quest = import_quest(by=None, event=event, spec=replace(spec, patience_seconds=patience))
    users = User.objects.bulk_create([User(name="Guest", password="!") for _ in range(people)], batch_size=BATCH)
    profiles = made_up(people, np.random.default_rng(seed))
    now = timezone.now()
    made = Participant.objects.bulk_create(
        [
            Participant(
                event=event,
                user=user,
                name=f"Person {number}",
                consented_at=now,
                country=profile.country,
                organisation=profile.organisation,
                occupation=profile.occupation,
                skill=profile.skill,
                languages=list(profile.languages),
                interests=list(profile.interests),
                gender_category=profile.gender,
            )
            for number, (user, profile) in enumerate(zip(users, profiles, strict=True))
        ],
        batch_size=BATCH,
    )
    return Crowd(event, quest, made)


def agree(crowd: Crowd) -> None:
    """Nobody has anything against anybody: whoever is left over, is so by number."""
    Participant.objects.filter(event=crowd.event).update(languages=["en"], gender_category="")


def queue_up(crowd: Crowd, people: Sequence[Participant], *, seed: int) -> None:
    """These people wait, each for another time, and nobody was ever in a room."""
    clear(crowd)
    now = timezone.now()
    waited = np.sort(np.random.default_rng(seed).uniform(0, LONGEST_WAIT, len(people)))[::-1]
    Ticket.objects.bulk_create(
        [
            Ticket(
                quest=crowd.quest,
                participant=person,
                number=number,
                joined_at=now - timedelta(seconds=float(seconds)),
                waits_since=now - timedelta(seconds=float(seconds)),
                seen_at=now + timedelta(minutes=5),
                group=group_of(person.languages, 1),
            )
            for number, (person, seconds) in enumerate(zip(people, waited, strict=True), start=1)
        ],
        batch_size=BATCH,
    )
    Queue.objects.update_or_create(quest=crowd.quest, defaults={"last_number": len(people)})
    analyse()


def clear(crowd: Crowd) -> None:
    """As on the first day: no ticket, no party, no block, no room, no journal."""
    MatchTick.objects.filter(quest=crowd.quest).delete()
    Ticket.objects.filter(quest=crowd.quest).delete()
    Party.objects.filter(event=crowd.event).delete()
    Block.objects.filter(blocker__event=crowd.event).delete()
    Membership.objects.filter(room__quest=crowd.quest).delete()
    Room.objects.filter(quest=crowd.quest).delete()
    Queue.objects.filter(quest=crowd.quest).delete()


def analyse() -> None:
    """What autovacuum does on a server that lives longer than a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
