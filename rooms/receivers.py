"""All that rooms hear."""

from __future__ import annotations

from echoroom.events.domain_events import ParticipantErased, ParticipantRenamed
from echoroom.outbox import receives
from rooms.domain_events import RoomCompleted
from rooms.services.decision_maps import make_decision_map
from rooms.services.forgetting import forget_in_rooms
from rooms.services.seating import tell_new_name


@receives(RoomCompleted)
def make_map_of_completed_room(event: RoomCompleted) -> None:
    make_decision_map(room_id=event.room_id)


@receives(ParticipantRenamed)
def show_the_new_name_in_the_room(event: ParticipantRenamed) -> None:
    tell_new_name(participant_id=event.participant_id)


@receives(ParticipantErased)
def forget_who_played(event: ParticipantErased) -> None:
    forget_in_rooms(participant_id=event.participant_id)
