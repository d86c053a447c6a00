"""Who waits in a queue and who sits in its lobbies, by name, for the organiser who moves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from echoroom.events.models import Participant
from matching.forecast.words import duration
from matching.models import PracticeRoom, Ticket
from matching.models.tickets import ABSENT_AFTER
from matching.selectors.queue_figures import group_in_words
from rooms.models import Membership, Quest, Room

# More than anybody reads through; who has waited longest comes first.
MOST_WAITING = 100
MOST_LOBBIES = 40
MOST_FOUND = 30


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """`waits` is for how long, in words; `seen` whether they gave a sign of life lately."""

    ticket_id: UUID
    number: int | None
    name: str
    party: str
    group: str
    waits: str
    seen: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """The longest wait first; `more` wait beside these."""

    people: list[WaitingPerson]
    more: int


def people_waiting(*, quest: Quest) -> Waiting:
    """A hundred at most; one query, and one to count the others."""
    now = timezone.now()
    tickets = Ticket.objects.waiting().filter(quest=quest)
    rows = tickets.select_related("participant", "party").order_by("waits_since", "pk")[:MOST_WAITING]
    people = [
        WaitingPerson(
            ticket_id=ticket.pk,
            number=ticket.number,
            name=str(ticket.participant),
            party=ticket.party.code if ticket.party else "",
            group=group_in_words(ticket.group),
            waits=duration(max(0, int((now - ticket.waits_since).total_seconds()))),
            seen=ticket.seen_at > now - ABSENT_AFTER,
        )
        for ticket in rows
    ]
    return Waiting(people, _beyond(tickets, len(people), MOST_WAITING))


def _beyond(rows: QuerySet[Any], shown: int, most: int) -> int:
    return max(0, rows.count() - shown) if shown == most else 0


@dataclass(frozen=True, slots=True)
class Sitting:
    membership_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Lobby:
    code: str
    capacity: int
    people: list[Sitting] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lobbies:
    """The oldest first; there are `more` beside these."""

    rooms: list[Lobby]
    more: int


def lobbies(*, quest: Quest) -> Lobbies:
    """Rooms of the quest that have not started, with all who sit there, forty at most. No practice rooms.

    One query, and one to count the others.
    """
    seated = Membership.objects.seated()
    is_there, bots = seated.filter(room=OuterRef("pk")), PracticeRoom.objects.filter(room=OuterRef("pk"))
    rooms = Room.objects.unstarted().filter(Exists(is_there), ~Exists(bots), quest=quest).order_by("created_at", "pk")
    rows = seated.filter(room__in=rooms[:MOST_LOBBIES]).select_related("room", "participant")
    found: dict[str, Lobby] = {}
    for seat in rows.order_by("room__created_at", "room", "seat"):
        lobby = found.setdefault(seat.room.code, Lobby(seat.room.code, seat.room.capacity))
        lobby.people.append(Sitting(seat.pk, str(seat.participant)))
    return Lobbies(list(found.values()), _beyond(rooms, len(found), MOST_LOBBIES))


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody of the event. `hindrance` says why they cannot be added, empty if they can."""

    participant_id: UUID
    name: str
    organisation: str
    hindrance: str


def people_to_add(*, quest: Quest, named: str) -> list[Found]:
    """People of the quest's event whose name contains this, thirty at most; one query."""
    people = Participant.objects.filter(event=quest.event_id, is_bot=False, consented_at__isnull=False)
    people = people.filter(name__icontains=named) if named else people.exclude(name="")
    playing = Membership.objects.filter(participant=OuterRef("pk"), is_playing=True)
    waiting = Ticket.objects.waiting().filter(participant=OuterRef("pk"))
    rows: Any = people.annotate(plays=Exists(playing), waits=Exists(waiting)).order_by("name", "pk")[:MOST_FOUND]
    return [Found(row.pk, row.name, row.shown_organisation, _hindrance(row)) for row in rows]


def _hindrance(row: Any) -> str:
    return "plays in a room" if row.plays else "waits already" if row.waits else ""


@dataclass(frozen=True, slots=True)
class TicketLine:
    """One ticket as it is exported. Nothing private of anybody: no gender, no country, no blocks."""

    number: int | None
    name: str
    state: str
    group: str
    party: str
    joined_at: datetime
    ended_at: datetime | None
    waited: int
    forecast_p50: int | None
    forecast_p90: int | None
    room: str


def ticket_lines(*, quest: Quest) -> Iterator[TicketLine]:
    """Every ticket of the quest's queue, the oldest first; read bit by bit."""
    now = timezone.now()
    tickets = Ticket.objects.filter(quest=quest).exclude(participant__is_bot=True)
    rows = tickets.select_related("participant", "party", "room").order_by("joined_at", "pk")
    for ticket in rows.iterator(chunk_size=2000):
        yield TicketLine(
            number=ticket.number,
            name=ticket.participant.name if ticket.participant else "",
            state=ticket.get_state_display(),
            group=group_in_words(ticket.group),
            party=ticket.party.code if ticket.party else "",
            joined_at=ticket.joined_at,
            ended_at=ticket.ended_at,
            waited=max(0, int(((ticket.ended_at or now) - ticket.waits_since).total_seconds())),
            forecast_p50=ticket.forecast_p50,
            forecast_p90=ticket.forecast_p90,
            room=ticket.room.code if ticket.room else "",
        )
