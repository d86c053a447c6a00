from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from echoroom.events.secrets import hashed
from echoroom.viewer import Viewer
from rooms.errors import MapNotFound, ShareUnknown, ShareWithdrawn
from rooms.models import DecisionMap, MapShare

_STAYED = Q(room__memberships__left_at=None) | Q(room__memberships__left_at__gte=F("room__started_at"))


def map_for(*, viewer: Viewer, pk: UUID) -> DecisionMap:
    """The map of a room that the viewer played; any other does not exist for them. Leaving the lobby is not playing."""
    # In one filter: all of it is about the viewer's own seat.
    mine = DecisionMap.objects.filter(_STAYED, pk=pk, room__memberships__participant_id=viewer.seat_id)
    found = mine.select_related("room__event").first()
    if found is None:
        raise MapNotFound
    return found


def map_for_machine(*, event_id: UUID | None, pk: UUID) -> DecisionMap:
    """Any map of the event that an API key was made for; without an event, none."""
    maps = DecisionMap.objects.select_related("room__event")
    found = maps.filter(pk=pk, room__event_id=event_id).first() if event_id else None
    if found is None:
        raise MapNotFound
    return found


def share_by_token(*, token: str) -> MapShare:
    """What an outsider's link opens, with its map, room and event. Raises `ShareUnknown` and `ShareWithdrawn`."""
    rows = MapShare.objects.select_related("decision_map__room__event")
    share = rows.filter(token_hash=hashed(token)).first()
    if share is None:
        raise ShareUnknown
    if share.withdrawn_at is not None:
        raise ShareWithdrawn
    return share


def my_share(*, viewer: Viewer, decision_map: DecisionMap) -> MapShare | None:
    """The link that the viewer made for this map and has not withdrawn."""
    return decision_map.shares.standing().filter(made_by_id=viewer.seat_id).first()


@dataclass(frozen=True, slots=True)
class MapCard:
    id: UUID
    quest: str
    room: str
    completed_at: datetime | None


def maps_of(*, viewer: Viewer) -> list[MapCard]:
    """The maps of the rooms that the viewer played, newest first; one query, without the documents."""
    mine = Q(room__memberships__participant_id=viewer.seat_id) & _STAYED
    rows = DecisionMap.objects.filter(mine).order_by("-created_at")
    columns = ("pk", "room__quest_version__title", "room__code", "room__completed_at")
    return [MapCard(*row) for row in rows.values_list(*columns)]
