from __future__ import annotations

from django.db import transaction

from echoroom import audit
from echoroom.outbox import publish
from rooms.domain_events import DecisionMapMade
from rooms.models import DecisionMap, Room
from rooms.selectors.decision_maps import digest_of, document_of
from rooms.services.play import lock, tell_room


@transaction.atomic
def make_decision_map(*, by: None = None, room_id: int) -> DecisionMap | None:
    """Write the map of a completed room, once. None while the room is not completed."""
    play = lock(room_id=room_id)
    if play.room.state != Room.State.COMPLETED:
        return None
    existing = DecisionMap.objects.filter(room_id=room_id).first()
    if existing:
        return existing
    document = document_of(room_id)
    made = DecisionMap.objects.create(room=play.room, document=document, digest=digest_of(document))
    tell_room(play.room, kind="map_made")
    play.room.save(update_fields=["version"])
    publish(DecisionMapMade(room_id=room_id))
    audit.record("map.made", by=by, target=made, event_id=play.room.event_id)
    return made
