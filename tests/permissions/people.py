"""Everybody who may knock: each as a browser with a session, participants also as an API client with a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from echoroom.accounts.models import User
from echoroom.accounts.tests.factories import StaffFactory
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import issue_token, register_browser, seat_of
from echoroom.events.tests.factories import ParticipantFactory
from echoroom.events.viewers import DEVICE
from echoroom.viewer import ANONYMOUS, Viewer
from tests.cast import Cast
from tests.quiet_client import QuietClient

ANYBODY = "anonymous"
# Ben sits in the room, Cleo is in the same event without a seat there, Eve has entered Otto's event.
PARTICIPANTS = ("member", "stranger", "elsewhere")
# Ada organises the event, Otto another one; both admins see all events, only the last may change staff.
STAFF = ("organiser", "other_organiser", "on_call", "admin", "super_admin")
ROLES = (ANYBODY, *PARTICIPANTS, *STAFF)


@dataclass
class People:
    participants: Mapping[str, Participant]
    staff: Mapping[str, User]
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    server: ClientHandler = field(default_factory=partial(ClientHandler, enforce_csrf_checks=False))
    strict_server: ClientHandler = field(default_factory=partial(ClientHandler, enforce_csrf_checks=True))

    def browser(self, role: str, *, checks_csrf: bool = False) -> Client:
        """A new browser with the role's session, as it was before anything happened to another one."""
        client = QuietClient(self.strict_server if checks_csrf else self.server)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def api_client(self, role: str) -> Client:
        """With a seat's token; staff have none and come with their session."""
        client = self.browser(role if role in self.staff else ANYBODY)
        if role in self.tokens:
            client.defaults["HTTP_AUTHORIZATION"] = f"Seat {self.tokens[role]}"
        return client

    def viewer(self, role: str) -> Viewer:
        if role in self.participants:
            return seat_of(self.participants[role])
        user = self.staff.get(role)
        return Viewer(user_id=user.pk, participant_id=None, event_id=None, role=user.role) if user else ANONYMOUS


def people_of(cast: Cast) -> People:
    elsewhere = Event.objects.get(name="Elsewhere")
    eve = ParticipantFactory.create(event=elsewhere, user__name="Eve")
    people = People(
        participants={"member": cast.ben, "stranger": cast.cleo, "elsewhere": eve},
        staff={
            "organiser": cast.ada,
            "other_organiser": cast.otto,
            "on_call": StaffFactory.create(name="Olga", role=User.Role.ON_CALL),
            "admin": cast.adam,
            "super_admin": StaffFactory.create(name="Sue", role=User.Role.SUPER_ADMIN),
        },
    )
    for role, participant in people.participants.items():
        people.tokens[role] = issue_token(by=seat_of(participant))
        people.sessions[role] = seated_session(participant)
    for role, user in people.staff.items():
        client = Client()
        client.force_login(user)
        people.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return people


def seated_session(participant: Participant) -> str:
    """The key of a browser's session that holds the participant's seat."""
    session = Client().session
    session[DEVICE] = register_browser(by=seat_of(participant))
    session.save()
    return str(session.session_key)
