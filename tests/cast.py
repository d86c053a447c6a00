"""The one cast of all tests: Ada organises, Ben is a member, Cleo is a stranger.

Bea and Bob are Ben's team-mates, Otto organises another event, Adam is an admin.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import orjson
from django.test import Client

from echoroom.accounts.models import User
from echoroom.accounts.tests.factories import StaffFactory, UserFactory
from echoroom.events.models import Event, EventCode, EventOrganiser, Participant
from echoroom.events.services.seats import issue_token, seat_of
from echoroom.events.tests.factories import EventCodeFactory, EventFactory, ParticipantFactory
from echoroom.viewer import Viewer
from rooms.models import Quest, Room
from rooms.services.seating import start_room
from rooms.tests.factories import make_quest, make_room


class ApiClient(Client):
    """Speaks JSON as one participant, or as nobody."""

    def __init__(self, participant: Participant | None = None) -> None:
        super().__init__()
        if participant is not None:
            self.defaults["HTTP_AUTHORIZATION"] = f"Seat {issue_token(by=seat_of(participant))}"

    def send(self, method: str, path: str, data: object = None, **headers: str):
        body = b"" if data is None else orjson.dumps(data)
        return self.generic(method, path, body, content_type="application/json", headers=headers)


@dataclass
class Cast:
    event: Event
    code: EventCode
    ada: User
    otto: User
    adam: User
    ben: Participant
    bea: Participant
    bob: Participant
    cleo: Participant
    quest: Quest
    team: list[Participant] = field(default_factory=list)

    def room(self, *, quest: Quest | None = None, started: bool = True) -> Room:
        """Ben, Bea and Bob in a room."""
        room = make_room(quest or self.quest, [self.ben, self.bea, self.bob])
        if started:
            room = start_room(by=seat_of(self.ben), room_code=room.code)
        return room

    def viewer(self, participant: Participant) -> Viewer:
        return seat_of(participant)


def make_cast(**quest: object) -> Cast:
    event = EventFactory.create(name="Civic Weekend")
    ada = StaffFactory.create(name="Ada", email="ada@example.org")
    EventOrganiser.objects.create(event=event, user=ada)
    otto = StaffFactory.create(name="Otto", email="otto@example.org")
    EventOrganiser.objects.create(event=EventFactory.create(name="Elsewhere"), user=otto)

    def member(name: str) -> Participant:
        return ParticipantFactory.create(event=event, user=UserFactory.create(name=name))

    ben, bea, bob, cleo = member("Ben"), member("Bea"), member("Bob"), member("Cleo")
    return Cast(
        event=event,
        code=EventCodeFactory.create(event=event, code="CIVIC-24"),
        ada=ada,
        otto=otto,
        adam=StaffFactory.create(name="Adam", email="adam@example.org", role=User.Role.ADMIN),
        ben=ben,
        bea=bea,
        bob=bob,
        cleo=cleo,
        quest=make_quest(event=event, **quest),
        team=[ben, bea, bob],
    )
