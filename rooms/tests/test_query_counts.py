"""What each endpoint of the rooms promises the database, the same for a small quest and team as for large ones.

Counted warm: the quest's content is read once a process, the seat's token is in the cache. `SAVEPOINT`s count too.
"""

from __future__ import annotations

import pytest
import time_machine

from echoroom.outbox.testing import deliver_all
from rooms.models import DecisionMap, Room
from rooms.selectors.content import forget
from rooms.selectors.decision_maps import document_of
from rooms.tests.factories import make_people, make_quest, make_room
from rooms.tests.moves import commit, everyone_votes, now, playing_room, sweep, vote, vote_again, write
from tests.cast import ApiClient, Cast, make_cast
from tests.queries import keeps_its_promise

PROMISES = {
    "GET /api/rooms/{code}": 6,
    "GET /api/rooms/{code} not modified": 1,
    "POST /api/vote": 6,
    "POST /api/vote changed": 7,
    "POST /api/vote that reveals": 7,
    "POST /api/commit": 6,
    "POST /api/rooms/{code}/start": 10,
    "POST /api/rooms/{code}/revote": 10,
    "POST /api/rooms/{code}/leave": 8,
    "GET /api/rooms/{code}/messages": 4,
    "GET /api/rooms/{code}/messages not modified": 2,
    "POST /api/rooms/{code}/messages": 7,
    "POST /api/rooms/{code}/messages again": 5,
    "POST /api/rooms/{code}/read": 7,
    "POST /api/rooms/{code}/typing": 2,
    "GET /api/world": 3,
    "GET /api/quests": 1,
    "GET /api/artifacts/{id}": 1,
    "the document of a decision map": 5,
    "a sweep with nothing to do": 3,
}
SMALL, LARGE = {"decisions": 2, "size": 2}, {"decisions": 8, "size": 5}


@pytest.fixture(params=[SMALL, LARGE], ids=["small", "large"])
def cast(request: pytest.FixtureRequest, db: None, clock: time_machine.Traveller) -> Cast:
    size = request.param["size"]
    cast = make_cast(decisions=request.param["decisions"], rounds=2, team_size=size, team_max=size)
    cast.team = [cast.ben, *make_people(cast.event, size - 1)]
    return cast


@pytest.fixture
def ben(cast: Cast) -> ApiClient:
    client = ApiClient(cast.ben)
    client.get("/api/auth/me")  # from here on the seat's token is in the cache
    return client


@pytest.fixture
def room(cast: Cast) -> Room:
    """A room on its last decision; all before it had two rounds."""
    room = playing_room(cast)
    for number in range(1, len(cast.quest.current.decisions.all())):  # type: ignore[union-attr]
        everyone_votes(cast.team, room, "A" * len(cast.team))
        vote_again(cast.ben, room, decision=number)
        everyone_votes(cast.team, room, "B" * len(cast.team))
        commit(cast.ben, room, "B")
    return now(room)


def on_the_table(room: Room, **more: object) -> dict[str, object]:
    return {"room": room.code, "decision": room.decision_number, "option": "A", **more}


def promise(what: str, client: ApiClient, method: str, path: str, body: object = None, **headers: str) -> None:
    def ask() -> None:
        assert client.send(method, path, body, **headers).status_code < 400

    keeps_its_promise(what, PROMISES[what], ask)


def test_reading_a_room(cast: Cast, room: Room, ben: ApiClient):
    everyone_votes(cast.team, room, "A" * len(cast.team))
    promise("GET /api/rooms/{code}", ben, "GET", f"/api/rooms/{room.code}")


def test_reading_an_unchanged_room(cast: Cast, room: Room, ben: ApiClient):
    etag = ben.get(f"/api/rooms/{room.code}").headers["ETag"]
    what = "GET /api/rooms/{code} not modified"
    promise(what, ben, "GET", f"/api/rooms/{room.code}", **{"If-None-Match": etag})


def test_voting(cast: Cast, room: Room, ben: ApiClient):
    promise("POST /api/vote", ben, "POST", "/api/vote", on_the_table(room, justification="So."))


def test_changing_a_vote(cast: Cast, room: Room, ben: ApiClient):
    vote(cast.ben, room, "B")
    promise("POST /api/vote changed", ben, "POST", "/api/vote", on_the_table(room, justification="So."))


def test_voting_last(cast: Cast, room: Room, ben: ApiClient):
    everyone_votes(cast.team[1:], room, "A" * (len(cast.team) - 1))
    promise("POST /api/vote that reveals", ben, "POST", "/api/vote", on_the_table(room, justification="So."))


def test_committing(cast: Cast, ben: ApiClient):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "A" * len(cast.team))
    promise("POST /api/commit", ben, "POST", "/api/commit", on_the_table(now(room)))


def test_starting(cast: Cast, ben: ApiClient):
    room = make_room(cast.quest, cast.team)
    promise("POST /api/rooms/{code}/start", ben, "POST", f"/api/rooms/{room.code}/start")


def test_voting_again(cast: Cast, room: Room, ben: ApiClient):
    everyone_votes(cast.team, room, "A" * len(cast.team))
    body = {"decision": room.decision_number}
    promise("POST /api/rooms/{code}/revote", ben, "POST", f"/api/rooms/{room.code}/revote", body)


def test_leaving(cast: Cast, room: Room, ben: ApiClient):
    promise("POST /api/rooms/{code}/leave", ben, "POST", f"/api/rooms/{room.code}/leave")


def test_the_chat(cast: Cast, room: Room, ben: ApiClient):
    for person in cast.team * 10:
        write(person, room)
    path, what = f"/api/rooms/{room.code}/messages", "/api/rooms/{code}/messages"
    promise(f"GET {what}", ben, "GET", path)
    etag = ben.get(path).headers["ETag"]
    promise(f"GET {what} not modified", ben, "GET", path, **{"If-None-Match": etag})
    promise(f"POST {what}", ben, "POST", path, {"text": "Hello.", "key": "k"})
    promise(f"POST {what} again", ben, "POST", path, {"text": "Hello.", "key": "k"})
    promise("POST /api/rooms/{code}/read", ben, "POST", f"/api/rooms/{room.code}/read", {"number": 5})
    promise("POST /api/rooms/{code}/typing", ben, "POST", f"/api/rooms/{room.code}/typing")


@pytest.mark.parametrize("quests", [1, 6])
def test_the_world(cast: Cast, room: Room, ben: ApiClient, quests: int):
    for number in range(quests):
        make_quest(event=cast.event, slug=f"quest-{number}", region=f"Region {number}")
    ben.get("/api/world")
    promise("GET /api/world", ben, "GET", "/api/world")
    promise("GET /api/quests", ben, "GET", "/api/quests")


@pytest.mark.parametrize("quests", [1, 6])
def test_a_process_that_has_read_no_quest_yet_reads_all_of_them_at_once(cast: Cast, ben: ApiClient, quests: int):
    for number in range(quests):
        make_quest(event=cast.event, slug=f"quest-{number}")
    forget()
    keeps_its_promise("GET /api/world, cold", PROMISES["GET /api/world"] + 3, lambda: ben.get("/api/world"))


def test_the_decision_map(cast: Cast, room: Room, ben: ApiClient):
    everyone_votes(cast.team, room, "A" * len(cast.team))
    commit(cast.ben, room)
    deliver_all()
    keeps_its_promise(
        "the document of a decision map", PROMISES["the document of a decision map"], lambda: document_of(room.pk)
    )
    promise("GET /api/artifacts/{id}", ben, "GET", f"/api/artifacts/{DecisionMap.objects.get().pk}")


def test_a_sweep_with_nothing_to_do(cast: Cast, room: Room):
    keeps_its_promise("a sweep with nothing to do", PROMISES["a sweep with nothing to do"], sweep)
