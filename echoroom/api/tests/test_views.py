from __future__ import annotations

import uuid

import pytest
from django.test import Client
from rest_framework.permissions import AllowAny

from echoroom.api.views import ApiView

pytestmark = pytest.mark.urls("echoroom.api.tests.urls")


def seat(person: uuid.UUID) -> dict[str, str]:
    return {"Authorization": f"Seat {person}"}


def test_a_view_must_state_its_permission():
    with pytest.raises(TypeError, match="permission"):
        type("Forgotten", (ApiView,), {"get": lambda self, request: None})


def test_a_view_cannot_name_an_unknown_or_inexact_rate_scope():
    with pytest.raises(KeyError):
        type("Unknown", (ApiView,), {"permission": AllowAny, "rate_scope": "votes"})
    with pytest.raises(TypeError, match="exact"):
        type("Inexact", (ApiView,), {"permission": AllowAny, "rate_scope": "page"})


def test_none_is_an_empty_answer(client):
    response = client.get("/api/echo")
    assert (response.status_code, response.content) == (204, b"")


def test_answers_are_not_stored_by_caches(client):
    assert client.get("/api/echo")["Cache-Control"] == "no-store"


def test_whatever_is_accepted_the_answer_is_json(client):
    response = client.post("/api/echo", b"{}", content_type="application/json", headers={"Accept": "text/html"})
    assert response["Content-Type"] == "application/json"


def test_head_is_answered_like_get(client):
    assert client.head("/api/echo").status_code == 204


def test_a_limit_counts_each_person_and_only_the_named_method(client):
    ben, cleo = uuid.uuid4(), uuid.uuid4()
    for _ in range(5):
        assert client.post("/api/limited", headers=seat(ben)).status_code == 200
    refused = client.post("/api/limited", headers=seat(ben))
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert client.post("/api/limited", headers=seat(cleo)).status_code == 200
    assert client.get("/api/limited", headers=seat(ben)).status_code == 200


def test_whoever_is_nobody_is_counted_by_their_address(client):
    for _ in range(5):
        client.post("/api/limited")
    assert client.post("/api/limited").status_code == 429
    assert client.post("/api/limited", REMOTE_ADDR="198.51.100.9").status_code == 200


def test_a_token_that_holds_no_seat_is_refused(client):
    response = client.get("/api/members", headers={"Authorization": "Seat nonsense"})
    assert response.status_code == 401
    assert response.json()["detail"].startswith("This token")


@pytest.mark.parametrize("header", ["Seat", "Seat ", "Bearer x", "", "Basic YTpi"])
def test_another_scheme_is_nobody(client, header):
    assert client.get("/api/members", headers={"Authorization": header}).status_code == 401


def test_the_scheme_is_read_in_any_case(client):
    assert client.get("/api/members", headers={"Authorization": f"seat {uuid.uuid4()}"}).status_code == 200


@pytest.mark.django_db
class TestCsrf:
    @pytest.fixture
    def browser(self) -> Client:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies["seat"] = str(uuid.uuid4())
        return browser

    def test_a_browser_reads_without_a_token(self, browser):
        assert browser.get("/api/entries").status_code == 200

    def test_a_write_without_the_token_is_refused(self, browser):
        response = browser.post("/api/entries", b"{}", content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")

    def test_a_write_with_the_token_is_done(self, browser, settings):
        browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        response = browser.post(
            "/api/entries", b"{}", content_type="application/json", headers={"X-CSRFToken": "a" * 32}
        )
        assert response.status_code == 201

    def test_another_sites_write_is_refused_even_with_the_token(self, browser, settings):
        browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
        response = browser.post(
            "/api/entries",
            b"{}",
            content_type="application/json",
            headers={"X-CSRFToken": "a" * 32, "Origin": "https://evil.example"},
        )
        assert response.json()["code"] == "csrf_failed"

    def test_a_seat_token_needs_none(self):
        response = Client(enforce_csrf_checks=True).post(
            "/api/entries", b"{}", content_type="application/json", headers=seat(uuid.uuid4())
        )
        assert response.status_code == 201
