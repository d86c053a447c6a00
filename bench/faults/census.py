"""Counts what the kills left: each thing made once, nothing owed, and how late the latest was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Max

from badges.models import Award
from bench.faults.journal import completed, lines_of
from echoroom.audit.models import AuditEntry
from echoroom.events.models import Event
from echoroom.outbox.models import Delivery
from matching.replay.badges import recount
from rooms.models import DecisionMap


@dataclass(frozen=True, kw_only=True)
class Census:
    """Times are seconds: from the end of a room, in `slowest` by receiver and for other news from the news itself."""

    rooms: int
    mapped_once: int
    surplus_maps: int
    deliveries: int
    delivered: int
    parked: int
    expected_badges: int
    missing_badges: list[str]
    surplus_badges: list[str]
    slowest: dict[str, float]
    slowest_map: float
    slowest_badge: float
    after_the_end: float
    by_badge: dict[str, int] = field(default_factory=dict)


def take(event: Event, since: int) -> Census:
    """Of an event and the deliveries with a higher number than `since`."""
    deliveries = Delivery.objects.filter(pk__gt=since)
    rooms = {room.pk: room for room in completed(event)}
    # Append-only: a map that was made twice would be there twice, whatever became of its row.
    made = Counter(AuditEntry.objects.filter(action="map.made", event_id=event.pk).values_list("target_id", flat=True))
    maps = DecisionMap.objects.filter(room__event=event)
    ends = {pk: room.completed_at for pk, room in rooms.items() if room.completed_at}
    expected = {(str(person), key) for person, keys in recount(lines_of(event)).items() for key in keys}
    awards = _awards(event)
    awarded = Counter((str(award.participant_id), award.badge) for award in awards)
    last = deliveries.aggregate(last=Max("delivered_at"))["last"]
    return Census(
        rooms=len(rooms),
        mapped_once=sum(1 for found in maps if made[str(found.pk)] == 1),
        surplus_maps=made.total() - len(maps),
        deliveries=deliveries.count(),
        delivered=deliveries.delivered().count(),
        parked=deliveries.parked().count(),
        expected_badges=len(expected),
        missing_badges=sorted(f"{key} of {person}" for person, key in expected - awarded.keys()),
        surplus_badges=sorted(f"{key} of {person}" for (person, key) in (awarded - Counter(expected)).elements()),
        slowest=_slowest(deliveries.delivered(), ends),
        slowest_map=max(((m.created_at - ends[m.room_id]).total_seconds() for m in maps), default=0.0),
        slowest_badge=max(
            ((a.awarded_at - ends[a.room_id]).total_seconds() for a in awards if a.room_id in ends), default=0.0
        ),
        after_the_end=(last - max(ends.values())).total_seconds() if last and ends else 0.0,
        by_badge=dict(sorted(Counter(key for _, key in awarded.elements()).items())),
    )


def _awards(event: Event) -> list[Award]:
    return list(Award.objects.filter(participant__event=event))


def _slowest(delivered, ends) -> dict[str, float]:
    slowest: dict[str, float] = {}
    for row in delivered:
        begun = ends.get(row.payload.get("room_id"), row.created_at)
        late = (row.delivered_at - begun).total_seconds()
        slowest[row.receiver] = max(slowest.get(row.receiver, 0.0), late)
    return slowest
