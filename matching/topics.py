from __future__ import annotations

from uuid import UUID

from echoroom.live import topics
from echoroom.viewer import Viewer
from matching.services.queueing import note_presence
from rooms.models import Quest


class QueueTopic:
    """`queue:QUEST`, for the people of the quest's event. A heartbeat of who waits is a sign of life."""

    def authorise(self, viewer: Viewer, key: str) -> int | None:
        if viewer.event_id is None:
            return None
        try:
            quest_id = UUID(key)
        except ValueError:
            return None
        quest = Quest.objects.filter(pk=quest_id, event_id=viewer.event_id)
        row = quest.values_list("queue__version", flat=True)[:1]
        # A queue that nobody has joined yet has no row: version 0.
        return (row[0] or 0) if row else None

    def beat(self, viewer: Viewer, key: str) -> None:
        note_presence(by=viewer)


topics.register("queue", QueueTopic())
