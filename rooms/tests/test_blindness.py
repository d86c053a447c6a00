"""Before the reveal nobody learns another member's option or reason from the API: not by a byte, not by a length."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

import pytest
import time_machine
from django.test import Client

from echoroom import live
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from rooms.models import Room
from rooms.services.seating import close_room
from rooms.tests.moves import commit, everyone_votes, leave, playing_room, stay, sweep, vote, vote_again
from tests.cast import ApiClient, Cast, make_cast
from tests.two_worlds import Ask, Secret, in_two_worlds

Clock = time_machine.Traveller
READERS = ("Bea", "Bob", "Cleo", "Ada", "Otto", "Adam", "nobody")


@pytest.fixture
def cast(db: None, clock: Clock) -> Cast:
    return make_cast(decisions=2, rounds=2)


@pytest.fixture
def room(cast: Cast) -> Room:
    return playing_room(cast)


def clients(cast: Cast) -> Callable[[], Mapping[str, Client]]:
    """Members, a stranger, the organiser, another event's organiser, an admin, and nobody."""

    def make() -> Mapping[str, Client]:
        staff = {user.name: Client() for user in (cast.ada, cast.otto, cast.adam)}
        for user in (cast.ada, cast.otto, cast.adam):
            staff[user.name].force_login(user)
        players = {person.name: ApiClient(person) for person in (cast.ben, cast.bea, cast.bob, cast.cleo)}
        return {**staff, **players, "nobody": ApiClient()}

    return make


def everything(cast: Cast, room: Room) -> list[Ask]:
    """Every reading path of the API, and every write that reveals nothing, by everybody but the voter."""
    paths = [
        f"/api/rooms/{room.code}",
        "/api/world",
        "/api/quests",
        f"/api/quests?region={cast.quest.region_id}",
        "/api/matching/status",
        "/api/auth/me",
        "/api/profile",
        f"/api/artifacts/{uuid.UUID(int=1)}",
    ]
    reads = [Ask(who, path) for who in READERS for path in paths]
    etag = f'"{room.code}.{Room.objects.get(pk=room.pk).version + 1}.2.0"'
    conditional = [Ask(who, f"/api/rooms/{room.code}", headers={"If-None-Match": etag}) for who in READERS]
    return [*reads, *conditional, *(write for who in READERS for write in writes(who, room))]


def writes(who: str, room: Room) -> list[Ask]:
    number = Room.objects.get(pk=room.pk).decision_number
    choice = {"room": room.code, "decision": number, "option": "A"}
    return [
        Ask(who, "/api/commit", "POST", choice),
        Ask(who, "/api/commit", "POST", {**choice, "option": "C"}),
        Ask(who, f"/api/rooms/{room.code}/revote", "POST", {"decision": number}),
        Ask(who, f"/api/rooms/{room.code}/start", "POST"),
        Ask(who, "/api/vote", "POST", {**choice, "decision": number + 1, "justification": "Later."}),
        Ask(who, "/api/vote", "POST", {**choice, "option": "Z", "justification": "Nothing."}),
    ]


def secretly(cast: Cast, room: Room) -> Callable[[Secret], object]:
    return lambda secret: vote(cast.ben, room, secret.option, secret.reason)


class TestTheWorldsAreEqual:
    def test_after_a_first_vote(self, cast: Cast, room: Room):
        in_two_worlds(secretly(cast, room), clients(cast), everything(cast, room))

    def test_after_a_changed_vote(self, cast: Cast, room: Room):
        vote(cast.ben, room, "B", "At first.")
        in_two_worlds(secretly(cast, room), clients(cast), everything(cast, room))

    def test_after_a_vote_in_the_second_round(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "ABC")
        vote_again(cast.bea, room)
        in_two_worlds(secretly(cast, room), clients(cast), everything(cast, room))

    def test_after_a_vote_on_a_later_decision(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "AAC")
        commit(cast.ben, room, "A")
        in_two_worlds(secretly(cast, room), clients(cast), everything(cast, room))

    def test_while_a_team_mate_votes_too(self, cast: Cast, room: Room):
        mine = {"room": room.code, "decision": 1, "option": "B", "justification": "Mine."}
        asks = [Ask("Bea", "/api/vote", "POST", mine), *everything(cast, room)]
        in_two_worlds(secretly(cast, room), clients(cast), asks)

    def test_when_the_voter_leaves(self, cast: Cast, room: Room):
        def votes_and_leaves(secret: Secret) -> None:
            vote(cast.ben, room, secret.option, secret.reason)
            leave(cast.ben, room)

        in_two_worlds(votes_and_leaves, clients(cast), everything(cast, room))

    def test_when_the_deadline_is_extended(self, cast: Cast, room: Room, clock: Clock):
        def votes_and_time_passes(secret: Secret) -> None:
            vote(cast.ben, room, secret.option, secret.reason)
            sweep()

        clock.shift(290)
        stay(cast.team, room)
        in_two_worlds(votes_and_time_passes, clients(cast), everything(cast, room))

    def test_when_the_room_is_closed_before_the_reveal(self, cast: Cast, room: Room):
        def votes_and_it_is_over(secret: Secret) -> None:
            vote(cast.ben, room, secret.option, secret.reason)
            close_room(by=cast.ada, room_id=room.pk)

        in_two_worlds(votes_and_it_is_over, clients(cast), everything(cast, room))


class TestTheTestWouldNotice:
    """The voter's own answers differ, and so does everything after the reveal."""

    def test_the_voters_own_room(self, cast: Cast, room: Room):
        with pytest.raises(AssertionError, match="A secret vote shows"):
            in_two_worlds(secretly(cast, room), clients(cast), [Ask("Ben", f"/api/rooms/{room.code}")])

    def test_the_reveal(self, cast: Cast, room: Room):
        vote(cast.bea, room, "B")
        vote(cast.bob, room, "B")
        with pytest.raises(AssertionError, match="A secret vote shows"):
            in_two_worlds(secretly(cast, room), clients(cast), [Ask("Bea", f"/api/rooms/{room.code}")])

    def test_an_answer_of_another_length(self, cast: Cast, room: Room):
        def leaks(secret: Secret) -> None:
            Participant.objects.filter(pk=cast.bea.pk).update(occupation=secret.reason)

        with pytest.raises(AssertionError, match="GET /api/auth/me as Bea"):
            in_two_worlds(leaks, clients(cast), [Ask("Bea", "/api/auth/me")])

    def test_an_announcement(self, cast: Cast, room: Room):
        def leaks(secret: Secret) -> None:
            live.announce(f"room:{room.code}", version=9, type=f"voted_{secret.option}")

        with pytest.raises(AssertionError, match="Announced"):
            in_two_worlds(leaks, clients(cast), [])

    def test_nothing_when_nothing_happens(self, cast: Cast, room: Room):
        in_two_worlds(lambda secret: seat_of(cast.ben), clients(cast), everything(cast, room))
