"""A room under its lock: loaded once, settled by the clock, changed, and told to its members.

Lock order everywhere: ticket, room, membership, participant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from echoroom import live
from echoroom.refusals import Refusal
from rooms.errors import RoomNotFound
from rooms.models import Membership, Room
from rooms.rules import SEEN_EVERY, Seat
from rooms.selectors.content import DecisionContent, QuestContent, content_of
from rooms.selectors.rows import locked_room
from rooms.selectors.seats import seats_of


@dataclass(slots=True)
class Play:
    """What a verb needs to know of a locked room, at one moment taken after the lock."""

    room: Room
    seats: list[Seat]
    now: datetime

    @property
    def hold(self) -> timedelta:
        return timedelta(seconds=settings.SEAT_HOLD_SECONDS)

    @property
    def content(self) -> QuestContent:
        return content_of(self.room.quest_version_id)

    @property
    def decision(self) -> DecisionContent:
        decision = self.content.decision(self.room.decision_number)
        assert decision is not None
        return decision

    @property
    def seated(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.left_at is None]

    def seat_of(self, participant_id: UUID | None) -> Seat:
        """The member's own seat. A stranger, and whoever has left, is told that there is no such room."""
        for seat in self.seats:
            if seat.participant_id == participant_id and seat.left_at is None:
                return seat
        raise RoomNotFound

    def is_due(self) -> bool:
        return self.room.due_at is not None and self.room.due_at <= self.now

    def reload_seats(self) -> None:
        self.seats = seats_of(self.room)


def lock(*, code: str = "", room_id: int = 0) -> Play:
    """Lock one room's row, then read its seats: in this order, so that they are as new as the lock."""
    if "\0" in code:
        raise RoomNotFound  # a path may hold a NUL, which PostgreSQL refuses to compare with
    room = locked_room(code) if code else Room.objects.select_for_update().filter(pk=room_id).first()
    if room is None:
        raise RoomNotFound
    return Play(room=room, seats=seats_of(room), now=timezone.now())


def see(play: Play, *, seat: Seat) -> None:
    """Note that a member is there; one who comes back counts again, and the team is told."""
    if seat.away_at is None and seat.seen_at > play.now - SEEN_EVERY:
        return
    Membership.objects.filter(pk=seat.membership_id).update(seen_at=play.now, away_at=None)
    play.reload_seats()
    if seat.away_at is not None:
        tell_room(play.room, kind="member_returned")
        # At once: the verb may still be refused, and then saves nothing.
        play.room.save(update_fields=["version"])


def tell_room(room: Room, *, kind: str) -> None:
    """Count one visible change and announce it after the commit. The caller saves `version`."""
    room.version += 1
    live.announce(f"room:{room.code}", version=room.version, type=kind)


class keep_what_was_due:  # noqa: N801 - reads as a verb in a with statement
    """A transaction that a refusal does not undo.

    Settling a passed deadline is written even when it makes the verb come too late; the verb itself checks before it
    writes, so nothing of it is half done.
    """

    def __enter__(self) -> None:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Refusal):
            self._atomic.__exit__(None, None, None)
        else:
            self._atomic.__exit__(kind, error, trace)
