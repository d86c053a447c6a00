"""What each endpoint of the queue promises the database, however long the queue is."""

from __future__ import annotations

import pytest

from echoroom.events.services.seats import seat_of
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from rooms.tests.factories import make_people, make_quest
from tests.cast import ApiClient, Cast
from tests.queries import keeps_its_promise, statements_of

PROMISES = {
    # Its party, the lock on the person, and what they had waited before: one statement each, whatever they come to.
    "POST /api/matching/join": 17,
    "POST /api/matching/leave": 7,
    "GET /api/matching/status": 3,
    "GET /api/matching/team": 1,
    "a tick with nobody waiting": 1,
    "a tick that opens rooms": 33,
}


@pytest.fixture(params=[1, 12], ids=["short", "long"])
def ben(request: pytest.FixtureRequest, cast: Cast) -> ApiClient:
    """Ben's client, with so many people in the queue before him."""
    for person in make_people(cast.event, request.param):
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    client = ApiClient(cast.ben)
    client.get("/api/auth/me")
    return client


def promise(what: str, client: ApiClient, method: str, path: str, body: object = None) -> None:
    def ask() -> None:
        assert client.send(method, path, body).status_code < 400

    keeps_its_promise(what, PROMISES[what], ask)


def test_joining_asking_and_leaving(cast: Cast, ben: ApiClient):
    promise("POST /api/matching/join", ben, "POST", "/api/matching/join", {"quest": str(cast.quest.pk)})
    promise("GET /api/matching/status", ben, "GET", "/api/matching/status")
    promise("POST /api/matching/leave", ben, "POST", "/api/matching/leave")


def test_asking_why_this_team(cast: Cast):
    cast.room()
    client = ApiClient(cast.ben)
    client.get("/api/auth/me")
    promise("GET /api/matching/team", client, "GET", "/api/matching/team")


def test_a_tick_with_nobody_waiting(cast: Cast):
    for number in range(5):
        make_quest(event=cast.event, slug=f"quest-{number}")
    keeps_its_promise("a tick with nobody waiting", PROMISES["a tick with nobody waiting"], tick)


def test_a_tick_costs_the_same_whether_it_opens_one_room_or_ten(cast: Cast):
    costs = []
    # The first one reads the quest, and renews the forecast.
    for rooms in (1, 1, 10):
        for person in make_people(cast.event, 3 * rooms):
            join_queue(by=seat_of(person), quest_id=cast.quest.pk)
        costs.append(len(statements_of(tick)))
    assert costs[1] == costs[2] <= costs[0] <= PROMISES["a tick that opens rooms"]
