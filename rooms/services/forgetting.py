"""What rooms keep of a person who was erased: what the team did, under a name that is nobody's."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from rooms.errors import RoomOver
from rooms.models import DecisionMap, Membership
from rooms.selectors.decision_maps import digest_of, place_in_document, renamed
from rooms.services.seating import leave_room
from rooms.services.sharing import withdraw_shares_of


@transaction.atomic
def forget_in_rooms(*, by: None = None, participant_id: UUID) -> None:
    """Give the seat of an erased person up, withdraw their links, and write their new name into maps that stand.

    Doing it again changes nothing.
    """
    person = Participant.objects.select_related("event").get(pk=participant_id)
    playing = Membership.objects.filter(participant=person, is_playing=True).select_related("room").first()
    if playing:
        _leave(person, playing.room.code)
    for found in DecisionMap.objects.select_for_update().filter(room__memberships__participant=person).order_by("pk"):
        place = place_in_document(room_id=found.room_id, participant_id=participant_id)
        document = renamed(found.document, place=place, name=person.name)
        if document != found.document:
            found.document, found.digest = document, digest_of(document)
            found.save(update_fields=["document", "digest"])
    # After their maps, as whoever shares one locks it first.
    withdraw_shares_of(by=by, participant_id=participant_id)


def _leave(person: Participant, room_code: str) -> None:
    try:
        leave_room(by=seat_of(person), room_code=room_code)
    except RoomOver:
        # Its time ran out while nobody looked: there is no seat to give up.
        return
