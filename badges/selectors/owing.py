"""Whom and what a backfill has to look at."""

from __future__ import annotations

from uuid import UUID

from echoroom.events.models import Event, Participant
from rooms.models import Room


def events_to_check(code: str = "") -> list[UUID]:
    """The event with this code, or all of them, oldest first."""
    events = Event.objects.filter(codes__code=code) if code else Event.objects.all()
    return list(events.order_by("opens_at", "pk").values_list("pk", flat=True))


def rooms_to_check(event_id: UUID) -> list[int]:
    """Completed rooms in the order of their completion: so a first badge names the first room."""
    rooms = Room.objects.filter(event_id=event_id, state=Room.State.COMPLETED)
    return list(rooms.order_by("completed_at", "pk").values_list("pk", flat=True))


def people_to_check(event_id: UUID) -> list[UUID]:
    people = Participant.objects.filter(event_id=event_id, is_bot=False)
    return list(people.order_by("entered_at", "pk").values_list("pk", flat=True))
