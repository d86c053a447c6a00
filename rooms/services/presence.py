"""Who is there: seen by requests and heartbeats, away once the hold of their seat has run out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from echoroom.viewer import Viewer
from rooms.errors import RoomNotFound
from rooms.models import Membership
from rooms.rules import SEEN_EVERY
from rooms.selectors.rows import seated
from rooms.services import progress
from rooms.services.play import lock, see, tell_room


def note_presence(*, by: Viewer, room_code: str) -> None:
    """A member's page or client shows that they are there. Cheap unless they had been away."""
    now = timezone.now()
    row = seated.first(room_code, by.seat_id)
    if row is None:
        return
    _, membership_id, seen_at, away_at, is_playing = row
    if not is_playing or (away_at is None and seen_at > now - SEEN_EVERY):
        return
    if away_at is None:
        Membership.objects.filter(pk=membership_id, away_at=None).update(seen_at=now)
        return
    _welcome_back(by, room_code)


@transaction.atomic
def _welcome_back(by: Viewer, room_code: str) -> None:
    play = lock(code=room_code)
    try:
        seat = play.seat_of(by.seat_id)
    except RoomNotFound:
        return
    see(play, seat=seat)


def rooms_with_unseen(*, limit: int) -> list[int]:
    """Rooms in which a seat's hold has run out since the last look."""
    unseen = Membership.objects.filter(is_playing=True, away_at=None, seen_at__lte=_oldest()).order_by("seen_at")
    return sorted(set(unseen.values_list("room_id", flat=True)[:limit]))


@transaction.atomic
def mark_absent(*, room_id: int) -> None:
    """Let go of the seats on which nobody has been seen for the hold; what waited only for them goes on."""
    play = lock(room_id=room_id)
    gone = Membership.objects.filter(room_id=room_id, is_playing=True, away_at=None, seen_at__lte=_oldest())
    # Asked again under the lock: who came back in between is not away.
    if not play.room.is_live or not gone.update(away_at=play.now):
        return
    play.reload_seats()
    tell_room(play.room, kind="member_away")
    progress.settle(play)
    progress.save(play)


def _oldest() -> datetime:
    return timezone.now() - timedelta(seconds=settings.SEAT_HOLD_SECONDS)
