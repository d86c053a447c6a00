"""A bug in any page, part or endpoint: an answer in the house's words, with a number to tell and nothing to learn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from tests.permissions.outcomes import told
from tests.permissions.routes import routes

pytestmark = pytest.mark.django_db
SECRET = "the password of role echoroom at 10.0.0.7 is wrong"
# What would send a browser round in circles: it asks again by itself, or htmx does as soon as the page is there.
ASKS_AGAIN = re.compile(
    r'http-equiv="refresh"|location\.(reload|href)|hx-trigger="[^"]*\b(load|every|live)\b|data-live-topic'
)
LEADS_AWAY = {"Location", "Refresh", "HX-Refresh", "HX-Redirect", "HX-Location", "HX-Reswap", "HX-Trigger"}


def breaks(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """A middleware with which every view fails before it has begun."""

    def middleware(request: HttpRequest) -> Any:
        return get_response(request)

    def process_view(request: HttpRequest, *args: object) -> None:
        raise ZeroDivisionError(SECRET)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.breaks"]
    return Client(raise_request_exception=False)


def paths() -> list[str]:
    return sorted({_path(route) for route in routes()})


def _path(route: str) -> str:
    if route == "^api/":
        return "/api/no/such/path"
    if route.startswith("^admin/r/"):
        return "/admin/r/1/1/"
    filled = re.sub(r"<uuid:\w+>", str(UUID(int=1)), route.replace("(?P<url>.*)$", "no/such/page"))
    return "/" + re.sub(r"<(?:str|path|int):\w+>", "1", filled).replace("<app_label>", "rooms")


def what_is_wrong(response: Any, path: str) -> str:
    body, number = response.content.decode(), response.headers.get("X-Request-ID", "")
    if response.status_code != 500:
        return f"answered {response.status_code}"
    if SECRET in body or "ZeroDivision" in body or "Traceback" in body or SECRET in str(response.headers):
        return "tells of the exception"
    if not number or LEADS_AWAY & set(response.headers):
        return f"has these headers: {dict(response.headers)}"
    return _wrong_problem(body, number) if path.startswith("/api/") else _wrong_page(body, number)


def _wrong_problem(body: str, number: str) -> str:
    problem = orjson.loads(body)
    return "" if (problem["code"], problem["request_id"]) == ("server_error", number) else body


def _wrong_page(body: str, number: str) -> str:
    if "<h1 tabindex" not in body or 'rel="stylesheet"' not in body:
        return "is not the styled page"
    if f"<code>{number}</code>" not in body:
        return "does not show the number"
    again = ASKS_AGAIN.search(body)
    return f"asks again by itself: {again[0]}" if again else ""


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_bug_anywhere_is_told_as_one(client: Client, method: str, headers: dict[str, str]):
    found = {path: what_is_wrong(client.generic(method, path, headers=headers), path) for path in paths()}
    assert len(found) > 200, "Where have the routes gone?"
    assert not any(found.values()), told({path: why for path, why in found.items() if why})


def test_without_the_bug_there_is_no_such_page():
    """The test would not notice otherwise that it breaks nothing."""
    assert what_is_wrong(Client().get("/"), "/") == "answered 200"
