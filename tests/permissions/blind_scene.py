"""The room of Ben, Bea and Bob in which Bea's vote is the secret, and all that anybody else could ask about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.test import Client

from echoroom.events.models import Participant
from echoroom.events.services.seats import issue_token, seat_of
from rooms.models import Room
from rooms.tests.moves import vote
from tests.permissions.matrix import ROWS, Row
from tests.permissions.people import ANYBODY, ROLES, seated_session
from tests.permissions.scene import Scene, make_scene
from tests.two_worlds import Ask, Secret

# Bob sits in the room like Ben, the `member`; both wait for the reveal.
MATE = "mate"
READERS = (*ROLES, MATE)
FORM = "application/x-www-form-urlencoded"
PARTS = {"HX-Request": "true"}
# Slow and the same for everybody.
ONLY_FOR_ONE = {"api/schema", "api/docs"}


@dataclass
class BlindScene:
    scene: Scene

    @property
    def room(self) -> Room:
        return Room.objects.get(pk=self.scene.room.pk)

    @property
    def voter(self) -> Participant:
        return self.scene.cast.bea

    def clients(self) -> Mapping[str, Client]:
        """`ben` is a browser, `ben by token` an API client."""
        people = self.scene.people
        return {
            **{role: people.browser(role) for role in READERS},
            **{f"{role} by token": people.api_client(role) for role in READERS},
        }


def make_blind_scene() -> BlindScene:
    scene = make_scene("voting")
    people, bob = scene.people, scene.cast.bob
    people.participants = {**people.participants, MATE: bob}
    people.tokens[MATE] = issue_token(by=seat_of(bob))
    people.sessions[MATE] = seated_session(bob)
    return BlindScene(scene)


def votes_secretly(blind: BlindScene) -> Callable[[Secret], None]:
    def votes(secret: Secret) -> None:
        for option, reason in (*secret.before, (secret.option, secret.reason)):
            vote(blind.voter, blind.room, option, reason)

    return votes


def every_route(blind: BlindScene, readers: Sequence[str] = READERS) -> list[Ask]:
    """All that the matrix lists: read by everybody, then written to by everybody, then read again by the team."""
    reads, writes = [row for row in ROWS if not row.is_write], [row for row in ROWS if row.is_write]
    asks = [ask for role in readers for row in reads for ask in _asks(blind, row, role)]
    asks += [ask for row in writes for role in readers for ask in _asks(blind, row, role) if not _ends(row)]
    asks += [ask for row in reads for ask in _asks(blind, row, "member")]
    # Bob has still to vote, so that neither Ben's vote nor his leaving reveals.
    asks += [ask for row in writes if _ends(row) for ask in _asks(blind, row, "member")]
    return [*asks, *(ask for row in reads for ask in _asks(blind, row, MATE))]


def _ends(row: Row) -> bool:
    """Of the writes those that the next ones need undone: they give up a seat or reveal."""
    return row.route.endswith(("/leave", "logout")) or row.route in {"api/vote", "room/<str:code>/vote"}


def _asks(blind: BlindScene, row: Row, role: str) -> Iterator[Ask]:
    if row.route in ONLY_FOR_ONE and role != ANYBODY:
        return
    data = row.data(blind.scene) if row.data else {}
    path = blind.scene.path(row.route)
    if row.is_api:
        # Who has no token comes as their browser again: the same question twice.
        by_token = [f"{role} by token"] if role in blind.scene.people.tokens else []
        for who in (role, *by_token):
            yield Ask(who, path, row.method, data or None)
    elif row.is_write:
        yield Ask(role, path, "POST", urlencode(data).encode(), content_type=FORM)
        yield Ask(role, path, "POST", urlencode(data).encode(), PARTS, FORM)
    else:
        yield Ask(role, path)
        yield Ask(role, path, headers=PARTS)


def the_room_in_every_way(blind: BlindScene) -> list[Ask]:
    """Conditional reads, the fragments of every stage, and every refusal that a vote or a commit can meet."""
    room, asks = blind.room, []
    place = f"{room.decision_number}.{room.round}"
    for role, seat in (("member", 1), (MATE, 3)):
        asks.append(Ask(role, f"/room/{room.code}?change"))
        for stage in ("", f"vote.{place}", f"voted.{place}.0", f"edit.{place}", f"reveal.{place}.0"):
            news = f"/room/{room.code}/news?stage={stage}"
            asks.append(Ask(role, news, headers=PARTS))
            for version in range(room.version, room.version + 3):
                known = f"{room.code}.{version}.{seat}.0"
                asks.append(Ask(role, news, headers={"If-None-Match": f'"{known}.{stage}"', **PARTS}))
                api = f"/api/rooms/{room.code}"
                asks.append(Ask(f"{role} by token", api, headers={"If-None-Match": f'"{known}"'}))
        asks += [each for refusal in _refusals(room) for each in _refused(role, room, refusal)]
    return asks


def _refusals(room: Room) -> list[tuple[str, dict[str, object]]]:
    """(what, form) of votes and commits that come too early or are wrong."""
    number = room.decision_number
    return [
        ("commit", {"decision": number, "option": "A"}),
        ("commit", {"decision": number, "option": "C"}),
        ("commit", {"decision": number + 1, "option": "A"}),
        ("commit", {"decision": number, "option": "Z"}),
        ("again", {"decision": number}),
        ("again", {"decision": number + 1}),
        ("vote", {"decision": number, "option": "Z", "justification": "None such."}),
        ("vote", {"decision": number, "option": "A", "justification": " "}),
        ("vote", {"decision": number, "option": "A", "justification": "x" * 4001}),
        ("vote", {"decision": number + 1, "option": "A", "justification": "Too early."}),
        ("vote", {"decision": 99, "option": "A", "justification": "No such."}),
        ("vote", {"decision": number - 1, "option": "A", "justification": "Too late."}),
        ("start", {}),
    ]


def _refused(role: str, room: Room, refusal: tuple[str, dict[str, object]]) -> Iterator[Ask]:
    what, form = refusal
    for headers in ({}, PARTS):
        yield Ask(role, f"/room/{room.code}/{what}", "POST", urlencode(form).encode(), headers, FORM)
    if what in {"commit", "vote"}:
        yield Ask(f"{role} by token", f"/api/{what}", "POST", {"room": room.code, **form})
