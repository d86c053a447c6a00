"""All that badges hear."""

from __future__ import annotations

from badges.services.awarding import check_participant, check_room
from badges.services.telling import hide_badges
from echoroom.events.domain_events import ParticipantEntered, ParticipantErased
from echoroom.outbox import receives
from rooms.domain_events import DecisionMapMade, QuestAnswered, RoomCompleted


@receives(RoomCompleted)
def check_the_completed_room(event: RoomCompleted) -> None:
    check_room(room_id=event.room_id)


@receives(DecisionMapMade)
def check_the_room_of_the_map(event: DecisionMapMade) -> None:
    check_room(room_id=event.room_id)


@receives(ParticipantEntered)
def check_who_entered(event: ParticipantEntered) -> None:
    check_participant(participant_id=event.participant_id)


@receives(QuestAnswered)
def check_who_answered(event: QuestAnswered) -> None:
    check_participant(participant_id=event.participant_id)


@receives(ParticipantErased)
def hide_the_badges_of_the_erased(event: ParticipantErased) -> None:
    hide_badges(participant_id=event.participant_id)
