"""All that matching hears."""

from __future__ import annotations

from echoroom.events.domain_events import ParticipantErased
from echoroom.outbox import receives
from matching.services.forgetting import forget_in_queues


@receives(ParticipantErased)
def forget_who_waited(event: ParticipantErased) -> None:
    forget_in_queues(participant_id=event.participant_id)
