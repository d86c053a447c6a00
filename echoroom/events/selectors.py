from __future__ import annotations

from typing import Any

from django.utils import timezone

from echoroom.events.models import PRIVATE_FIELDS, PUBLIC_FIELDS, Event, EventCode, Participant
from echoroom.viewer import Viewer


def own_participant(*, viewer: Viewer) -> Participant:
    """The viewer's participant with their event; one query."""
    return Participant.objects.select_related("event").get(pk=viewer.seat_id)


def participant_of(*, viewer: Viewer) -> Participant | None:
    """Like `own_participant`, but None for a seat that no longer exists; one query."""
    return Participant.objects.select_related("event").filter(pk=viewer.seat_id).first()


def event_of_link(*, token: str) -> Event | None:
    """The event that a join link lets into now. Looking uses nothing up; one query."""
    code = EventCode.objects.usable(timezone.now()).filter(link_token=token).select_related("event").first()
    return code.event if code else None


def own_profile(participant: Participant) -> dict[str, Any]:
    """All of one's own profile, public and private parts."""
    fields = {field: getattr(participant, field) for field in PUBLIC_FIELDS + PRIVATE_FIELDS}
    return {**fields, "consented_at": participant.consented_at}
