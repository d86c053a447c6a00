from __future__ import annotations

import logging

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("echoroom.api.tests.urls")
REFUSALS = "echoroom.api.problem.RefusalMiddleware"


@pytest.fixture
def client(settings) -> Client:
    if REFUSALS not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, REFUSALS]
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("refusal", 409, "room_full"),
        ("limited", 429, "rate_limited"),
        ("validation", 400, "invalid"),
        ("parse", 400, "malformed"),
        ("not_authenticated", 401, "not_authenticated"),
        ("denied", 403, "forbidden"),
        ("csrf", 403, "csrf_failed"),
        ("missing", 404, "not_found"),
        ("not_acceptable", 406, "not_acceptable"),
        ("media", 415, "unsupported_media_type"),
        ("throttled", 429, "rate_limited"),
        ("django_404", 404, "not_found"),
        ("django_403", 403, "forbidden"),
        ("suspicious", 400, "malformed"),
        ("database", 503, "unavailable"),
        ("bug", 500, "server_error"),
    ],
)
def test_everything_that_goes_wrong_has_one_shape(client, kind, status, code):
    response = client.get(f"/api/raise/{kind}")
    body = response.json()
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:echoroom:problem:{code}")
    assert body["title"]
    assert body["detail"].endswith(".")
    assert body["request_id"] == response["X-Request-ID"]
    assert "secret" not in response.content.decode()
    assert "No Vote" not in response.content.decode()


def test_a_refusal_brings_its_sentences(client):
    body = client.get("/api/raise/refusal").json()
    assert body["title"] == "This room is full"
    assert body["errors"] == {"room": ["Choose another one."]}


def test_nested_errors_are_named_by_their_path(client):
    body = client.get("/api/raise/validation").json()
    assert body["errors"] == {"party.1.name": ["Too long."], "size": ["No."]}


@pytest.mark.parametrize(("kind", "seconds"), [("limited", "7"), ("throttled", "3"), ("database", "2")])
def test_who_must_wait_is_told_how_long(client, kind, seconds):
    assert client.get(f"/api/raise/{kind}")["Retry-After"] == seconds


def test_a_challenge_says_how_to_authenticate(client):
    assert client.get("/api/members")["WWW-Authenticate"].startswith("Seat")
    assert client.get("/api/members").status_code == 401


def test_a_bug_is_logged_once_with_its_traceback(client, caplog):
    with caplog.at_level(logging.ERROR):
        client.get("/api/raise/bug")
    logged = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(logged) == 1
    assert logged[0].exc_info[0] is ZeroDivisionError


def test_a_bug_is_still_raised_in_tests():
    with pytest.raises(ZeroDivisionError):
        Client().get("/api/raise/bug")


def test_a_wrong_method_names_the_right_ones(client):
    response = client.delete("/api/echo")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    assert response.json()["code"] == "method_not_allowed"


def test_options_tells_nothing_about_the_view(client):
    assert client.options("/api/echo").status_code == 405


@pytest.mark.parametrize("debug", [True, False])
def test_an_unknown_address_under_api_is_a_problem_even_in_debug(client, settings, debug):
    settings.DEBUG = debug
    assert client.get("/api/nowhere").json()["code"] == "not_found"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_to_a_path_that_does_not_exist_is_told_so_and_not_of_a_missing_token(method):
    answer = Client(enforce_csrf_checks=True).generic(method, "/api/nowhere", b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("refusal", 409),
        ("limited", 429),
        ("django_404", 404),
        ("django_403", 403),
        ("suspicious", 400),
        ("bug", 500),
    ],
)
def test_a_plain_view_under_api_answers_with_problems_and_a_page_with_pages(client, kind, status):
    told, shown = client.get(f"/api/plain/{kind}"), client.get(f"/pages/{kind}")
    assert (told.status_code, shown.status_code) == (status, status)
    assert told["Content-Type"] == "application/problem+json"
    assert shown["Content-Type"].startswith("text/html")
    assert "secret" not in told.content.decode() + shown.content.decode()


def test_a_page_that_must_wait_says_how_long(client):
    assert client.get("/pages/limited")["Retry-After"] == "7"


def test_an_error_page_that_cannot_be_rendered_is_still_a_page(client, monkeypatch):
    def broken(names):
        raise RuntimeError("the template is broken")

    monkeypatch.setattr("echoroom.api.problem.select_template", broken)
    response = client.get("/pages/refusal")
    assert response.status_code == 409
    assert "This room is full" in response.content.decode()


def test_what_an_error_page_says_is_escaped(client, monkeypatch):
    from django.template import TemplateDoesNotExist

    from echoroom.api.tests.urls import RAISES, RoomFull

    def missing(names):
        raise TemplateDoesNotExist("none")

    monkeypatch.setattr("echoroom.api.problem.select_template", missing)
    monkeypatch.setitem(RAISES, "refusal", RoomFull("<script>alert(1)</script>"))
    assert "<script>" not in client.get("/pages/refusal").content.decode()


def test_a_sane_request_id_is_kept_and_another_one_replaced(client):
    assert client.get("/api/echo", headers={"X-Request-ID": "trace-0123456789"})["X-Request-ID"] == "trace-0123456789"
    for insane in ("short", "with space in it", "x" * 65, "new\tline-0123"):
        given = client.get("/api/echo", headers={"X-Request-ID": insane})["X-Request-ID"]
        assert given != insane
        assert len(given) == 32


async def test_the_request_id_works_under_asgi_too(async_client):
    response = await async_client.get("/api/echo", headers={"X-Request-ID": "trace-0123456789"})
    assert response["X-Request-ID"] == "trace-0123456789"


def test_log_records_carry_the_request_id():
    from echoroom.api.request_id import RequestIdFilter
    from echoroom.audit.correlation import request_id

    record = logging.makeLogRecord({})
    RequestIdFilter().filter(record)
    assert record.request_id == "-"  # type: ignore[attr-defined]
    token = request_id.set("trace-0123456789")
    RequestIdFilter().filter(record)
    request_id.reset(token)
    assert record.request_id == "trace-0123456789"  # type: ignore[attr-defined]
