"""Two people of two rooms that have not started change places."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from echoroom.accounts.models import User
from rooms.errors import AlreadyPlaying, NotInTheRoom, RoomOver, RoomStarted, SameRoom
from rooms.models import Membership, Room
from rooms.rules import Seat
from rooms.services import progress
from rooms.services.play import Play, lock


@transaction.atomic
def swap_seats(*, by: User, seats: dict[int, UUID]) -> list[Room]:
    """`seats` names two rooms, each with the participant who goes to the other one. Both rooms, in that order.

    Both keep the seat's number and how long they have been seen. Raises `SameRoom`, `NotInTheRoom`, `RoomStarted`,
    `RoomOver` and `AlreadyPlaying`; then nobody has moved.
    """
    if len(seats) != 2 or len(set(seats.values())) != 2:
        raise SameRoom
    # In one order, so that two organisers who swap the same rooms do not wait for each other.
    plays = {room_id: lock(room_id=room_id) for room_id in sorted(seats)}
    (one, other) = ((plays[room_id], _seat_in(plays[room_id], person)) for room_id, person in seats.items())
    Membership.objects.filter(pk__in=[one[1].membership_id, other[1].membership_id]).update(
        left_at=one[0].now, is_playing=False
    )
    _take(one[0], one[1].number, other[1])
    _take(other[0], other[1].number, one[1])
    for play, _ in (one, other):
        play.reload_seats()
        progress.touch(play, kind="member_swapped")
        progress.save(play)
    return [plays[room_id].room for room_id in seats]


def _seat_in(play: Play, participant_id: UUID) -> Seat:
    # A lobby whose time has come starts: people in it have read so. Only its own clock does that.
    if not play.room.is_unstarted or play.is_due():
        raise RoomOver if not play.room.is_live else RoomStarted
    found = next((seat for seat in play.seated if seat.participant_id == participant_id), None)
    if found is None:
        raise NotInTheRoom
    return found


def _take(play: Play, number: int, comer: Seat) -> None:
    """Put who sat at `comer` elsewhere onto this room's seat. They may have sat and left here before."""
    seat = {
        "seat": number,
        "joined_at": play.now,
        "seen_at": comer.seen_at,
        "away_at": comer.away_at,
        "left_at": None,
        "is_playing": True,
    }
    try:
        with transaction.atomic():
            Membership.objects.update_or_create(
                room=play.room, participant_id=comer.participant_id, defaults=seat, create_defaults=seat
            )
    except IntegrityError as error:
        # rooms_membership_one_room_at_a_time: they were seated in a third room at this moment.
        raise AlreadyPlaying from error
