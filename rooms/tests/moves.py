"""What people do in a room, as short sentences: `vote(cast.ben, room, "A")`."""

from __future__ import annotations

from collections.abc import Iterable

import time_machine

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from rooms.models import Membership, Message, Room
from rooms.selectors.room_view import RoomView, room_view
from rooms.services import chatting, committing, seating, voting
from rooms.services import clock as time
from rooms.services.presence import note_presence
from rooms.services.visiting import visit_room
from rooms.tests.factories import make_room
from tests.cast import Cast


def now(room: Room) -> Room:
    return Room.objects.get(pk=room.pk)


def playing_room(cast: Cast, people: list[Participant] | None = None) -> Room:
    """A started room of these people, by default of Ben, Bea and Bob."""
    team = people or cast.team
    room = make_room(cast.quest, team)
    return seating.start_room(by=seat_of(team[0]), room_code=room.code)


def vote(
    person: Participant,
    room: Room,
    option: str = "A",
    reason: str = "Because.",
    *,
    decision: int | None = None,
    round: int | None = None,
) -> voting.VoteReceipt:
    number = now(room).decision_number if decision is None else decision
    return voting.cast_vote(
        by=seat_of(person),
        room_code=room.code,
        decision_number=number,
        option_key=option,
        justification=reason,
        round=round,
    )


def everyone_votes(people: Iterable[Participant], room: Room, options: str) -> None:
    """One letter of `options` for each of `people`, on the decision on the table."""
    for person, option in zip(people, options, strict=True):
        vote(person, room, option, f"{person.name} wants {option}.")


def vote_again(person: Participant, room: Room, *, decision: int = 1) -> None:
    voting.vote_again(by=seat_of(person), room_code=room.code, decision_number=decision)


def commit(
    person: Participant, room: Room, option: str = "A", *, decision: int | None = None, round: int | None = None
) -> committing.CommitReceipt:
    number = now(room).decision_number if decision is None else decision
    return committing.commit(
        by=seat_of(person), room_code=room.code, decision_number=number, option_key=option, round=round
    )


def start(person: Participant, room: Room) -> Room:
    return seating.start_room(by=seat_of(person), room_code=room.code)


def join(person: Participant, room: Room) -> Room:
    return seating.join_room(by=None, room_id=room.pk, participant_id=person.pk)


def leave(person: Participant, room: Room) -> None:
    seating.leave_room(by=seat_of(person), room_code=room.code)


def write(person: Participant, room: Room, text: str = "Hello.", *, key: str = "") -> Message:
    return chatting.write_message(by=seat_of(person), room_code=room.code, text=text, key=key)


def read(person: Participant, room: Room, number: int) -> int:
    return chatting.mark_read(by=seat_of(person), room_code=room.code, number=number)


def type_something(person: Participant, room: Room) -> None:
    chatting.note_typing(by=seat_of(person), room_code=room.code)


def look(person: Participant, room: Room) -> RoomView:
    """Open the room's page."""
    return room_view(visit_room(by=seat_of(person), room_code=room.code))


def stay(people: Iterable[Participant], room: Room) -> None:
    """Their pages' heartbeats."""
    for person in people:
        note_presence(by=seat_of(person), room_code=room.code)


def wait(clock: time_machine.Traveller, seconds: float, *, present: Iterable[Participant], room: Room) -> None:
    """Let time pass while some stay at their pages and the others' screens are dark."""
    there, left = list(present), seconds
    while left > 0:
        step = min(left, 30)
        clock.shift(step)
        stay(there, room)
        left -= step


def sweep() -> int:
    return time.sweep()


def seat(person: Participant, room: Room) -> Membership:
    return Membership.objects.get(room=room, participant=person)
