from __future__ import annotations

from django.utils import timezone

from echoroom.viewer import Viewer
from rooms.selectors.room_view import Place, place_of
from rooms.services.clock import settle_room
from rooms.services.presence import note_presence


def visit_room(*, by: Viewer, room_code: str) -> Place:
    """A member opens or re-reads their room: a passed deadline is applied first, and the visit is a sign of life."""
    place, now = place_of(viewer=by, room_code=room_code), timezone.now()
    if not place.is_due(now) and not place.is_unseen(now):
        return place
    if place.is_unseen(now):
        note_presence(by=by, room_code=room_code)
    if place.is_due(now):
        settle_room(room_id=place.room.pk)
    return place_of(viewer=by, room_code=room_code)
