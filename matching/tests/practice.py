"""What a person does who practises, and how long the bots take."""

from __future__ import annotations

from typing import Any

import time_machine

from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from matching.services.practice import PracticeReceipt, request_practice
from matching.services.practising import let_bots_act
from matching.services.queueing import join_queue
from rooms.models import Membership, Room
from rooms.rules import Seat
from rooms.selectors.seats import seats_of
from rooms.tests.moves import stay
from tests.cast import Cast

Clock = time_machine.Traveller


def make_test_event(cast: Cast) -> None:
    Event.objects.filter(pk=cast.event.pk).update(is_test=True)
    cast.event.refresh_from_db()


def practise(cast: Cast, person: Participant | None = None) -> Room:
    """Ben queues alone and asks for bots."""
    who = person or cast.ben
    join_queue(by=seat_of(who), quest_id=cast.quest.pk)
    return Room.objects.get(code=ask(who).room)


def ask(person: Participant) -> PracticeReceipt:
    return request_practice(by=seat_of(person))


def bots_of(room: Room) -> list[Participant]:
    seats = Membership.objects.filter(room=room, participant__is_bot=True).select_related("participant")
    return [seat.participant for seat in seats.order_by("seat")]


def bots_play(clock: Clock, seconds: float, *, present: list[Participant] | None = None, room: Room) -> int:
    """Let time pass, two seconds at a time as the clock does, and return how many moves the bots made."""
    made, left = 0, seconds
    while left > 0:
        clock.shift(2)
        stay(present or [], room)
        made += let_bots_act()
        left -= 2
    return made


def ballots(room: Room) -> dict[str, Seat]:
    """Name → seat, of those who have voted in the round that is being played."""
    names = dict(Participant.objects.filter(memberships__room=room).values_list("pk", "name"))
    return {names[seat.participant_id]: seat for seat in seats_of(Room.objects.get(pk=room.pk)) if seat.ballot}


def members_of(view: Any) -> dict[str, bool]:
    """Name → whether it is a bot, from an API answer."""
    return {member["name"]: member["is_bot"] for member in view["members"]}
