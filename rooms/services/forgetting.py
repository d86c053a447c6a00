"""What rooms keep of a person who was erased: what the team did, under a name that is nobody's."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from echoroom.events.models import Participant
from rooms.models import DecisionMap, Membership
from rooms.selectors.decision_maps import digest_of, place_in_document, renamed
from rooms.services.seating import vacate
from rooms.services.sharing import withdraw_shares_of


@transaction.atomic
def forget_in_rooms(*, by: None = None, participant_id: UUID) -> None:
    """Give the seat of an erased person up, withdraw their links, and write their new name into maps that stand.

    Doing it again tells their rooms again, and changes nothing else.
    """
    person = Participant.objects.get(pk=participant_id)
    seats = Membership.objects.filter(participant=person).order_by("room_id")
    # All of them, in one order: whoever is making a room's map just now holds its row, and has read the old name.
    for room_id in list(seats.values_list("room_id", flat=True)):
        vacate(by=by, room_id=room_id, participant_id=participant_id)
    maps = DecisionMap.objects.filter(room__memberships__participant=person).order_by("pk")
    for found in maps.select_for_update(of=("self",)):
        place = place_in_document(room_id=found.room_id, participant_id=participant_id)
        document = renamed(found.document, place=place, name=person.name)
        if document != found.document:
            found.document, found.digest = document, digest_of(document)
            found.save(update_fields=["document", "digest"])
    # After their maps, as whoever shares one locks it first.
    withdraw_shares_of(by=by, participant_id=participant_id)
