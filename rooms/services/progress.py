"""What moves a room on by itself: a full table of votes, a passed deadline, seats that emptied."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from echoroom.outbox import publish
from echoroom.statements import execute
from rooms import rules
from rooms.domain_events import RoomClosed, RoomCompleted
from rooms.models import Membership, Reveal, Room
from rooms.services.play import Play, tell_room

# What any verb may have changed about a room, written by one UPDATE at its end.
PROGRESS_FIELDS = [
    "state",
    "phase",
    "decision_number",
    "round",
    "extensions",
    "version",
    "due_at",
    "active_at",
    "full_at",
    "started_at",
    "completed_at",
    "closed_at",
    "close_reason",
]
_UPDATE = f"UPDATE rooms_room SET {', '.join(f'{field} = %s' for field in PROGRESS_FIELDS)} WHERE id = %s"  # noqa: S608 - constants


def save(play: Play) -> None:
    """Write what the verb changed; one statement, prepared once, since every vote runs it."""
    execute(_UPDATE, *(getattr(play.room, field) for field in PROGRESS_FIELDS), play.room.pk)


def touch(play: Play, *, kind: str) -> None:
    """One visible change made by a person: told to the team, and the room is not idle."""
    play.room.active_at = play.now
    tell_room(play.room, kind=kind)


def settle_what_is_due(play: Play) -> None:
    """Apply a deadline that has passed, before a verb looks at the room."""
    if play.is_due() and settle(play):
        save(play)


def settle(play: Play) -> bool:
    """Apply what time and votes have made due. True if the room changed; the caller saves."""
    room = play.room
    if room.is_unstarted and play.is_due():
        return _settle_lobby(play)
    if room.phase != Room.Phase.VOTING:
        return False
    if rules.everyone_voted(play.seats, play.now, play.hold):
        reveal(play, reason=Reveal.Reason.ALL_VOTED)
        return True
    if play.is_due():
        _settle_deadline(play)
        return True
    return False


def _settle_lobby(play: Play) -> bool:
    if len(play.seated) >= play.content.team_min:
        begin(play)
    else:
        # Too few to play: the matcher may still fill the room, and an idle one is closed.
        play.room.due_at = play.now + timedelta(seconds=play.content.lobby_seconds)
        tell_room(play.room, kind="deadline_extended")
    return True


def _settle_deadline(play: Play) -> None:
    if rules.has_quorum(play.seats, play.now, play.hold, extensions=play.room.extensions):
        reveal(play, reason=Reveal.Reason.DEADLINE)
        return
    play.room.extensions += 1
    play.room.due_at = play.now + timedelta(seconds=play.content.vote_seconds)
    tell_room(play.room, kind="deadline_extended")


def begin(play: Play) -> None:
    """Start playing: the first decision opens for votes."""
    play.room.state = Room.State.IN_PROGRESS
    play.room.started_at = play.now
    open_round(play, decision_number=1, round=1)
    touch(play, kind="room_started")


def open_round(play: Play, *, decision_number: int, round: int) -> None:
    room = play.room
    room.decision_number, room.round, room.phase = decision_number, round, Room.Phase.VOTING
    room.extensions = 0
    room.due_at = play.now + timedelta(seconds=play.content.vote_seconds)
    play.seats = [replace(seat, ballot=None) for seat in play.seats]


def reveal(play: Play, *, reason: Reveal.Reason) -> None:
    """Show all votes of the round. From here on they can no longer change."""
    room = play.room
    Reveal.objects.create(
        room=room,
        decision_number=room.decision_number,
        round=room.round,
        reason=reason,
        votes=sum(1 for seat in play.seats if seat.ballot),
        seats=len(play.seated),
        revealed_at=play.now,
    )
    room.phase = Room.Phase.REVEALED
    room.due_at = None
    tell_room(room, kind="votes_revealed")


def complete(play: Play) -> None:
    """The last commit is made: the seats are free, and whoever watches completed rooms is told."""
    room = play.room
    room.state, room.phase, room.due_at, room.completed_at = Room.State.COMPLETED, Room.Phase.NONE, None, play.now
    _free_seats(room)
    publish(RoomCompleted(room_id=room.pk))
    touch(play, kind="room_completed")


def close(play: Play, *, reason: Room.CloseReason) -> None:
    room = play.room
    room.state, room.phase, room.due_at = Room.State.CLOSED, Room.Phase.NONE, None
    room.closed_at, room.close_reason = play.now, reason
    _free_seats(room)
    publish(RoomClosed(room_id=room.pk))
    tell_room(room, kind="room_closed")


def _free_seats(room: Room) -> None:
    Membership.objects.filter(room_id=room.pk, is_playing=True).update(is_playing=False)


def idle_after() -> timedelta:
    return timedelta(seconds=settings.ROOM_IDLE_SECONDS)
