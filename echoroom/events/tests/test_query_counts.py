"""What each endpoint of entry and profile promises the database."""

from __future__ import annotations

import pytest

from echoroom.events.models import EventCode
from echoroom.events.tests.factories import EventCodeFactory, ParticipantFactory
from tests.cast import ApiClient
from tests.queries import keeps_its_promise

pytestmark = pytest.mark.django_db
PROMISES = {
    # The last one owes the news of it to those who watch.
    "POST /api/auth/start": 13,
    "POST /api/auth/start refused": 5,
    "GET /api/auth/me": 1,
    "GET /api/profile": 1,
    "PATCH /api/profile": 4,
    "POST /api/auth/link": 9,
    "POST /api/auth/logout": 1,
    "a token that the cache does not know": 1,
}


@pytest.fixture(params=[1, 30], ids=["small", "large"])
def code(request: pytest.FixtureRequest) -> EventCode:
    """The code of an event in which so many people are already."""
    code = EventCodeFactory.create(code="CIVIC-24")
    EventCodeFactory.create_batch(request.param, event=code.event)
    ParticipantFactory.create_batch(request.param, event=code.event)
    return code


@pytest.fixture
def ben(code: EventCode) -> ApiClient:
    client = ApiClient(ParticipantFactory.create(event=code.event))
    client.get("/api/auth/me")
    return client


def promise(
    what: str, client: ApiClient, method: str, path: str, body: object = None, *, refused: bool = False
) -> None:
    def ask() -> None:
        assert (client.send(method, path, body).status_code >= 400) == refused

    keeps_its_promise(what, PROMISES[what], ask)


def test_entering(code: EventCode):
    promise("POST /api/auth/start", ApiClient(), "POST", "/api/auth/start", {"code": "CIVIC-24"})
    promise("POST /api/auth/start", ApiClient(), "POST", "/api/auth/start", {"link": code.link_token})


def test_a_code_that_does_not_let_in_costs_the_same_whatever_the_reason(code: EventCode):
    EventCode.objects.filter(pk=code.pk).update(is_active=False)
    for text in ("CIVIC-24", "WRONG"):
        promise("POST /api/auth/start refused", ApiClient(), "POST", "/api/auth/start", {"code": text}, refused=True)


def test_reading_oneself(ben: ApiClient):
    promise("GET /api/auth/me", ben, "GET", "/api/auth/me")
    promise("GET /api/profile", ben, "GET", "/api/profile")


def test_changing_oneself(ben: ApiClient):
    promise("PATCH /api/profile", ben, "PATCH", "/api/profile", {"occupation": "Nurse"})


def test_links_and_leaving(ben: ApiClient):
    promise("POST /api/auth/link", ben, "POST", "/api/auth/link")
    promise("POST /api/auth/logout", ben, "POST", "/api/auth/logout")


def test_a_token_that_the_cache_does_not_know(code: EventCode):
    fresh = ApiClient(ParticipantFactory.create(event=code.event))
    what = "a token that the cache does not know"
    keeps_its_promise(what, PROMISES[what] + PROMISES["GET /api/auth/me"], lambda: fresh.get("/api/auth/me"))
