"""Live updates over one WebSocket, `/ws/live`: what changed and its version, never the state itself.

- `announce("room:K7QX", version=12, type="vote_cast")` inside the transaction of the change
- `topics.register("room", RoomTopic())` in an app's `topics.py`: who may listen
"""

from echoroom.live.announcements import Announcement, announce, announce_each

__all__ = ["Announcement", "announce", "announce_each"]
