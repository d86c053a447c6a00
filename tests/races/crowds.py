"""Many people and rooms, made with few statements."""

from __future__ import annotations

from datetime import timedelta

from django.test.client import ClientHandler
from django.utils import timezone

from echoroom.accounts.models import User
from echoroom.events.models import Event, Participant
from rooms.models import Membership, Quest, Reveal, Room, Vote
from rooms.selectors.content import content_of
from rooms.services.seating import open_room
from tests.cast import ApiClient

_handler = ClientHandler(enforce_csrf_checks=False)


def client_of(person: Participant | None = None) -> ApiClient:
    """A client that shares its handler: loading one scans all static files and takes longer than the request."""
    client = ApiClient(person)
    client.handler = _handler
    return client


def crowd(event: Event, size: int) -> list[Participant]:
    users = User.objects.bulk_create(User(name=f"Person {number}") for number in range(size))
    return Participant.objects.bulk_create(
        Participant(event=event, user=user, name=user.name, consented_at=timezone.now()) for user in users
    )


def rooms_of(quest: Quest, people: list[Participant], *, size: int) -> list[Room]:
    """The people in rooms of `size`, in the lobby."""
    teams = [people[first : first + size] for first in range(0, len(people), size)]
    return [open_room(by=None, quest=quest, participant_ids=[person.pk for person in team]) for team in teams]


def begin_all(rooms: list[Room], *, seconds: float = 300) -> None:
    """As if each had been started: the first decision takes votes for so long."""
    now = timezone.now()
    Room.objects.filter(pk__in=[room.pk for room in rooms]).update(
        state=Room.State.IN_PROGRESS,
        phase=Room.Phase.VOTING,
        decision_number=1,
        round=1,
        started_at=now,
        due_at=now + timedelta(seconds=seconds),
    )


def vote_all(rooms: list[Room], options: str) -> None:
    """The first members of each room vote these options."""
    content = content_of(rooms[0].quest_version_id).decisions[0]
    ids = {option.key: option.id for option in content.options}
    members = Membership.objects.filter(room__in=rooms).order_by("room_id", "seat")
    Vote.objects.bulk_create(
        Vote(
            room_id=member.room_id,
            membership=member,
            decision_number=1,
            round=1,
            option_id=ids[options[member.seat - 1]],
            justification=f"Seat {member.seat}.",
        )
        for member in members
        if member.seat <= len(options)
    )


def reveal_all(rooms: list[Room], options: str) -> None:
    """As if everyone had voted: the first decision waits for its commit."""
    begin_all(rooms)
    vote_all(rooms, options)
    Reveal.objects.bulk_create(
        Reveal(room=room, decision_number=1, round=1, reason="all_voted", votes=len(options), seats=len(options))
        for room in rooms
    )
    Room.objects.filter(pk__in=[room.pk for room in rooms]).update(phase=Room.Phase.REVEALED, due_at=None)
