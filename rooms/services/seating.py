"""Rooms are opened, filled, started and left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.utils import timezone

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.bulk import any_of, insert_rows
from echoroom.viewer import Viewer
from rooms.errors import AlreadyPlaying, RoomFull, RoomOver, RoomStarted, TeamTooSmall
from rooms.models import Membership, Quest, Room
from rooms.models.room_codes import new_room_code
from rooms.rules import Seat
from rooms.selectors.content import QuestContent, content_of
from rooms.services import progress
from rooms.services.play import Play, keep_what_was_due, lock, see, tell_room

CODE_DRAWS = 5


def open_room(*, by: Viewer | None, quest: Quest, participant_ids: Sequence[UUID]) -> Room:
    """Seat a team in a new room of the quest's current version. Raises `AlreadyPlaying` and then seats nobody."""
    (room,) = open_rooms(by=by, quest=quest, teams=[participant_ids])
    return room


@transaction.atomic
def open_rooms(*, by: Viewer | User | None, quest: Quest, teams: Sequence[Sequence[UUID]]) -> Sequence[Room]:
    """The same for any number of teams at once, in as many statements as for one; rooms in the order of their teams."""
    if not teams:
        return []
    assert quest.current_id is not None
    content = content_of(quest.current_id)
    if any(len(team) > content.team_max for team in teams):
        raise RoomFull
    now = timezone.now()
    rooms = _create(_room_of(quest, content, now), sizes=[len(team) for team in teams])
    people = [person for team in teams for person in team]
    seats: dict[str, list[Any]] = {
        "room_id": [room.pk for room, team in zip(rooms, teams, strict=True) for _ in team],
        "participant_id": people,
        "seat": [seat for team in teams for seat in range(1, len(team) + 1)],
    }
    with _one_room_at_a_time(people):
        insert_rows(Membership, seats, joined_at=now, seen_at=now)
    lines = [audit.Line(quest.event_id, room, {"quest_id": quest.pk}) for room in rooms]
    audit.record_each("room.opened", by=by, lines=lines)
    return rooms


def _room_of(quest: Quest, content: QuestContent, now: datetime) -> Room:
    """What all rooms of this quest that are opened at this moment have in common."""
    return Room(
        event_id=quest.event_id,
        quest_id=quest.pk,
        quest_version_id=content.version_id,
        capacity=content.team_max,
        due_at=now + timedelta(seconds=content.lobby_seconds),
        created_at=now,
        active_at=now,
    )


def _create(like: Room, *, sizes: Sequence[int]) -> list[Room]:
    """Rooms under codes that no other has. Equal draws are rare: only then is looked which, and those drawn again."""
    codes = [new_room_code() for _ in sizes]
    for _ in range(CODE_DRAWS):
        try:
            return _insert(like, codes, sizes)
        except IntegrityError:
            if not _draw_taken_codes_again(codes):
                raise
    return _insert(like, codes, sizes)


def _insert(like: Room, codes: Sequence[str], sizes: Sequence[int]) -> list[Room]:
    is_full = [size == like.capacity for size in sizes]
    own: dict[str, Sequence[Any]] = {
        "code": codes,
        "state": [Room.State.FULL if full else Room.State.OPEN for full in is_full],
        "full_at": [like.created_at if full else None for full in is_full],
    }
    names = [field.attname for field in Room._meta.concrete_fields]
    same = {name: getattr(like, name) for name in names if name not in own}
    with transaction.atomic():
        numbers = insert_rows(Room, own, **same)
    # As they come from a query: by keywords each would take ten times as long.
    shared = [value for name, value in same.items() if name != "id"]
    order = ["id", *own, *(name for name in same if name != "id")]
    place = [order.index(name) for name in names]
    rows = (
        [numbers[code], *values, *shared] for code, values in zip(codes, zip(*own.values(), strict=True), strict=True)
    )
    return [Room.from_db(DEFAULT_DB_ALIAS, names, [row[at] for at in place]) for row in rows]


def _draw_taken_codes_again(codes: list[str]) -> int:
    """Replaces those that other rooms have, and all but the first of equal ones. How many."""
    taken = set(Room.objects.filter(code__in=codes).values_list("code", flat=True))
    drawn = 0
    for place, code in enumerate(codes):
        if code in taken:
            codes[place] = new_room_code()
            drawn += 1
        taken.add(codes[place])
    return drawn


@contextmanager
def _one_room_at_a_time(people: Sequence[UUID]) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        # rooms_membership_one_room_at_a_time: somebody was seated elsewhere in the meantime.
        if Membership.objects.filter(participant__in=any_of(people), is_playing=True).exists():
            raise AlreadyPlaying from error
        raise


def _seat(memberships: Sequence[Membership]) -> None:
    with _one_room_at_a_time([membership.participant_id for membership in memberships]):
        Membership.objects.bulk_create(memberships)


def join_room(*, by: Viewer | None, room_id: int, participant_id: UUID) -> Room:
    """Take a free seat in a room that has not started. Joining twice is the same success."""
    with keep_what_was_due():
        play = lock(room_id=room_id)
        progress.settle_what_is_due(play)
        if any(seat.participant_id == participant_id for seat in play.seated):
            return play.room
        if not play.room.is_unstarted:
            raise RoomStarted if play.room.is_live else RoomOver
        _take_seat(play, participant_id)
        progress.touch(play, kind="member_joined")
        progress.save(play)
        return play.room


def _take_seat(play: Play, participant_id: UUID) -> None:
    taken = {seat.number for seat in play.seated}
    free = next((number for number in range(1, play.room.capacity + 1) if number not in taken), None)
    if free is None:
        raise RoomFull
    mine = next((seat for seat in play.seats if seat.participant_id == participant_id), None)
    if mine is None:
        where: dict[str, Any] = {"room": play.room, "participant_id": participant_id, "seat": free}
        _seat([Membership(**where, joined_at=play.now, seen_at=play.now)])
    else:
        # They left this lobby and are back: one person, one membership.
        with _one_room_at_a_time([participant_id]):
            Membership.objects.filter(pk=mine.membership_id).update(
                seat=free, joined_at=play.now, seen_at=play.now, away_at=None, left_at=None, is_playing=True
            )
    if len(taken) + 1 == play.room.capacity:
        play.room.state, play.room.full_at = Room.State.FULL, play.now


def start_room(*, by: Viewer, room_code: str) -> Room:
    """Open the first decision. A room that plays already is the same success."""
    with keep_what_was_due():
        play = lock(code=room_code)
        seat = play.seat_of(by.participant_id)
        progress.settle_what_is_due(play)
        room = play.room
        if not room.is_live:
            raise RoomOver
        if room.is_unstarted:
            if len(play.seated) < play.content.team_min:
                raise TeamTooSmall
            see(play, seat=seat)
            progress.begin(play)
            progress.save(play)
        return room


def leave_room(*, by: Viewer, room_code: str) -> None:
    """Give one's seat up for good. What one has voted counts; the others are not held up."""
    with keep_what_was_due():
        play = lock(code=room_code)
        if any(seat.participant_id == by.participant_id and seat.left_at for seat in play.seats):
            return  # gone already
        seat = play.seat_of(by.participant_id)
        progress.settle_what_is_due(play)
        if not play.room.is_live:
            raise RoomOver
        _leave(by, play, seat)


@transaction.atomic
def vacate(*, by: None = None, room_id: int, participant_id: UUID) -> None:
    """Give up the seat of somebody who was erased, if it is in play, and let the team see what they are called now."""
    play = lock(room_id=room_id)
    progress.settle_what_is_due(play)
    seat = next(seat for seat in play.seats if seat.participant_id == participant_id)
    if seat.left_at is None and play.room.is_live:
        _leave(by, play, seat)
    tell_room(play.room, kind="member_renamed")
    play.room.save(update_fields=["version"])


def _leave(by: Viewer | None, play: Play, seat: Seat) -> None:
    Membership.objects.filter(pk=seat.membership_id).update(left_at=play.now, is_playing=False)
    play.reload_seats()
    _go_on_without(play)
    audit.record("room.left", by=by, target=play.room, event_id=play.room.event_id, seat=seat.number)


def _go_on_without(play: Play) -> None:
    if not play.seated:
        progress.close(play, reason=Room.CloseReason.EMPTY)
    else:
        if play.room.state == Room.State.FULL:
            play.room.state = Room.State.OPEN
        progress.touch(play, kind="member_left")
        progress.settle(play)
    progress.save(play)


@transaction.atomic
def tell_new_name(*, participant_id: UUID) -> None:
    """Let the team that somebody plays in see their new name."""
    room_id = Membership.objects.filter(participant_id=participant_id, is_playing=True).values_list("room_id").first()
    if room_id:
        play = lock(room_id=room_id[0])
        progress.touch(play, kind="member_renamed")
        progress.save(play)


@transaction.atomic
def close_room(*, by: User | None, room_id: int, reason: Room.CloseReason = Room.CloseReason.ORGANISER) -> None:
    """End a room that is not completed. Closing it twice is the same success."""
    play = lock(room_id=room_id)
    if not play.room.is_live:
        return
    progress.close(play, reason=reason)
    progress.save(play)
    audit.record("room.closed", by=by, target=play.room, event_id=play.room.event_id, reason=reason.value)
