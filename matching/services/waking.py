"""Somebody joined: the matcher looks soon, and once for all who join at the same moment."""

from __future__ import annotations

import time
from threading import Lock
from uuid import UUID

from django.db import transaction

from echoroom.outbox import dispatcher
from echoroom.outbox.broker import Errand

TICK_ONE = "matching.tasks.tick_one"
# Long enough that a group which joins together is looked at together, short beside the second of the beat.
DEBOUNCE = 0.25

_lock = Lock()
_due: dict[UUID, float] = {}


def wake_matcher(*, quest_id: UUID) -> None:
    """Have the queue's teams formed shortly after the transaction commits. What is lost on the way the beat finds."""
    transaction.on_commit(lambda: _send(quest_id))


def _send(quest_id: UUID) -> None:
    now = time.monotonic()
    with _lock:
        if _due.get(quest_id, 0.0) > now:
            return
        for known in [known for known, due in _due.items() if due <= now]:
            del _due[known]
        _due[quest_id] = now + DEBOUNCE
    dispatcher.send(Errand(TICK_ONE, (str(quest_id),), countdown=DEBOUNCE))
