from __future__ import annotations

from echoroom.live import topics
from echoroom.viewer import Viewer
from rooms.models import Membership
from rooms.selectors.rows import seated
from rooms.services.presence import note_presence


class RoomTopic:
    """`room:CODE`, for those who sit in it. A heartbeat is a sign of life."""

    def authorise(self, viewer: Viewer, key: str) -> int | None:
        if viewer.participant_id is None:
            return None
        row = seated.first(key, viewer.participant_id)
        return int(row[0]) if row else None

    def beat(self, viewer: Viewer, key: str) -> None:
        note_presence(by=viewer, room_code=key)


class ChatTopic:
    """`chat:CODE`, for those who sit in the room; version 0 while nobody has written."""

    def authorise(self, viewer: Viewer, key: str) -> int | None:
        if viewer.participant_id is None:
            return None
        mine = Membership.objects.seated().filter(room__code=key, participant_id=viewer.participant_id)
        row = mine.values_list("room__chat__version")[:1]
        return (row[0][0] or 0) if row else None

    def beat(self, viewer: Viewer, key: str) -> None:
        """The room's own topic is the sign of life."""


topics.register("room", RoomTopic())
topics.register("chat", ChatTopic())
