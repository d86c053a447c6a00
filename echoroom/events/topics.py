from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from echoroom.events.models import Participant
from echoroom.live import topics
from echoroom.statements import Compiled
from echoroom.viewer import Viewer


def _version(participant_id: UUID) -> QuerySet[Participant, Any]:
    return Participant.objects.filter(pk=participant_id).order_by().values_list("version")


# For each heartbeat of each page that is open.
_version_of = Compiled(_version, UUID(int=101))


class MeTopic:
    """`me:PARTICIPANT`, for that participant only: matched, seat taken over."""

    def authorise(self, viewer: Viewer, key: str) -> int | None:
        if viewer.participant_id is None or str(viewer.participant_id) != key:
            return None
        row = _version_of.first(viewer.participant_id)
        return int(row[0]) if row else None

    def beat(self, viewer: Viewer, key: str) -> None:
        """Being connected changes nothing about a person."""


topics.register("me", MeTopic())
