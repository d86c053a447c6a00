"""Which stage of a room a member sees. Its key changes exactly when what they look at must be replaced.

A form that somebody types in is a stage of its own: whatever else happens in the room, its key stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from rooms.models import Room
from rooms.selectors.room_view import DecisionView, MemberView, RoomView


@dataclass(frozen=True, slots=True)
class Stage:
    """`says` is the state in a few words: the page's title, and what a screen reader is told."""

    key: str
    template: str
    says: str


@dataclass(frozen=True, slots=True)
class SeatRow:
    member: MemberView
    state: str
    look: str


def stage_of(view: RoomView, *, editing: bool = False) -> Stage:
    room = view.room
    place = f"{room.decision_number}.{room.round}"
    if room.is_unstarted:
        return Stage(f"lobby.{room.version}", "rooms/stages/lobby.html", "Your team is here")
    if room.state == Room.State.COMPLETED:
        made = f"done.{view.map_id.hex}" if view.map_id else "done"
        return Stage(made, "rooms/stages/completed.html", "You have decided")
    if room.state == Room.State.CLOSED:
        return Stage("closed", "rooms/stages/closed.html", "The room is closed")
    if room.phase == Room.Phase.REVEALED:
        captain = next((member.seat for member in view.members if member.is_captain), 0)
        return Stage(f"reveal.{place}.{captain}", "rooms/stages/reveal.html", "The votes are open")
    if view.your_option and not editing:
        voted = f"voted.{place}.{view.place.membership_version}"
        return Stage(voted, "rooms/stages/voted.html", f"{view.voters} of {len(view.seated)} have voted")
    return Stage(f"{'edit' if editing else 'vote'}.{place}", "rooms/stages/vote.html", "Your turn to vote")


def is_still_right(shown: str, view: RoomView) -> bool:
    """Whether the stage that a page shows may stay: someone who changes their vote is not interrupted."""
    return shown == stage_of(view).key or (bool(view.your_option) and shown == stage_of(view, editing=True).key)


def seconds_left(due: datetime | None) -> int | None:
    return max(0, round((due - timezone.now()).total_seconds())) if due else None


def seat_rows(view: RoomView) -> list[SeatRow]:
    return [SeatRow(member, *_state(view, member)) for member in view.members]


def _state(view: RoomView, member: MemberView) -> tuple[str, str]:
    if member.presence == "left":
        return ("voted, left" if member.voted else "left"), "gone"
    if member.presence == "away":
        return ("voted, away" if member.voted else "away"), "voted" if member.voted else "gone"
    if view.room.phase == Room.Phase.VOTING:
        if member.voted:
            return "voted", "voted"
        return ("your turn", "turn") if member.is_you else ("thinking", "")
    if view.room.phase == Room.Phase.REVEALED:
        return ("voted", "voted") if member.voted else ("did not vote", "")
    return ("here" if view.room.is_live else ""), ""


def who_is_missing(view: RoomView) -> list[MemberView]:
    """Those whom the reveal waits for."""
    return [member for member in view.members if member.presence == "here" and not member.voted]


def earlier(view: RoomView) -> list[DecisionView]:
    """Decisions that are behind the team: the newest first while they play, in their order afterwards."""
    made = [each for each in view.history if each.commit]
    return made if view.room.state == Room.State.COMPLETED else made[::-1]
