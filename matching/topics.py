from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from echoroom.accounts.models import User
from echoroom.live import topics
from echoroom.viewer import Viewer
from matching.services.queueing import note_presence
from rooms.models import Quest


class QueueTopic:
    """`queue:QUEST`, for the people of the quest's event and who runs it. A beat of who waits is a sign of life."""

    def authorise(self, viewer: Viewer, key: str) -> int | None:
        try:
            quest_id = UUID(key)
        except ValueError:
            return None
        quests = _quests_of(viewer)
        if quests is None:
            return None
        row = quests.filter(pk=quest_id).values_list("queue__version", flat=True)[:1]
        # A queue that nobody has joined yet has no row: version 0.
        return (row[0] or 0) if row else None

    def beat(self, viewer: Viewer, key: str) -> None:
        if viewer.participant_id is not None:
            note_presence(by=viewer)


def _quests_of(viewer: Viewer) -> QuerySet[Quest] | None:
    """Of their event for who holds a seat, of all events that they run for staff; None for anybody else."""
    if viewer.event_id is not None:
        return Quest.objects.filter(event_id=viewer.event_id)
    if not viewer.role or viewer.user_id is None:
        return None
    user = User.objects.filter(pk=viewer.user_id).first()
    return Quest.objects.visible_to(user) if user else None


topics.register("queue", QueueTopic())
