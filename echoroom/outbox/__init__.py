"""News between apps. A row in the database is the truth, Celery only the wake-up.

- `publish(RoomCompleted(room_id=room.pk))` inside the transaction of the change
- `@receives(RoomCompleted)` on a function in an app's `receivers.py`
"""

from echoroom.outbox.publishing import publish
from echoroom.outbox.registry import DomainEvent, receives

__all__ = ["DomainEvent", "publish", "receives"]
