"""What the clock does: applies deadlines that passed, and closes rooms that nobody plays."""

from __future__ import annotations

import logging
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from rooms.models import Room
from rooms.services import progress
from rooms.services.play import lock
from rooms.services.presence import mark_absent, rooms_with_unseen

logger = logging.getLogger(__name__)
BATCH = 500


class _RoomVerb(Protocol):
    def __call__(self, *, room_id: int) -> None: ...


def sweep(*, by: None = None) -> int:
    """Settle every room whose time has come, and return how many it looked at. A broken room stops no other."""
    now = timezone.now()
    overdue = list(Room.objects.overdue(now).order_by("due_at").values_list("pk", flat=True)[:BATCH])
    for room_id in overdue:
        _guarded(settle_room, room_id)
    unseen = rooms_with_unseen(limit=BATCH)
    for room_id in unseen:
        _guarded(mark_absent, room_id)
    # After the absences were noted: a team that sits and talks is not idle.
    idle = list(Room.objects.idle_since(now - progress.idle_after()).values_list("pk", flat=True)[:BATCH])
    for room_id in idle:
        _guarded(_close_idle, room_id)
    return len(overdue) + len(idle) + len(unseen)


def _guarded(verb: _RoomVerb, room_id: int) -> None:
    try:
        verb(room_id=room_id)
    except Exception:
        logger.exception("The sweep could not settle room %s", room_id)


@transaction.atomic
def settle_room(*, room_id: int) -> None:
    """Apply a passed deadline, by the sweep or by whoever reads the room first."""
    play = lock(room_id=room_id)
    if play.is_due() and progress.settle(play):
        progress.save(play)


@transaction.atomic
def _close_idle(*, room_id: int) -> None:
    play = lock(room_id=room_id)
    # Asked again under the lock: somebody may have acted, or come back, since the sweep looked.
    deserted = all(seat.away_at for seat in play.seated)
    if play.room.is_live and deserted and play.room.active_at <= play.now - progress.idle_after():
        progress.close(play, reason=Room.CloseReason.IDLE)
        progress.save(play)
