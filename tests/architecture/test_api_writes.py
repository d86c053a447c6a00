"""Every write of the API says what it takes, and takes nothing else. A new route is tested by being there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from echoroom.api.csrf import SAFE_METHODS
from echoroom.api.views import ApiView
from tests.cast import ApiClient, make_cast

NOBODY = "00000000-0000-4000-8000-000000000007"
SOMEWHERE = {"<str:code>": "LUMBEK47", "<uuid:pk>": NOBODY, "<uuid:person>": NOBODY}
BAD = {
    "an unknown field": (b'{"surprise": 1}', 400, "invalid"),
    "a list": (b"[]", 400, "malformed"),
    "cut short": (b'{"surprise"', 400, "malformed"),
    "no text": (b"\xff\xfe", 400, "malformed"),
    "deep": (b'{"surprise": ' + b"[" * 30 + b"]" * 30 + b"}", 400, "malformed"),
    "very deep": (b'{"surprise": ' + b"[" * 3000 + b"]" * 3000 + b"}", 400, "malformed"),
    "a megabyte": (b'{"surprise": "' + b"x" * 1_000_000 + b'"}', 413, "body_too_large"),
}


def writes() -> Iterator[tuple[str, str, type[ApiView]]]:
    for route, pattern in _routes(get_resolver().url_patterns, ""):
        view = getattr(pattern.callback, "cls", None)
        if isinstance(view, type) and issubclass(view, ApiView):
            for method in sorted(view._handled - SAFE_METHODS):
                yield method, route, view


def _routes(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route, pattern


WRITES = {f"{method} /{route}": (method, route, view) for method, route, view in writes()}


def test_there_are_writes():
    assert {"POST /api/vote", "POST /api/rooms/<str:code>/start"} < WRITES.keys()


@cache
def documented() -> dict[str, Any]:
    paths: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return paths


def operation(write: str) -> dict[str, Any]:
    method, route, _ = WRITES[write]
    found: dict[str, Any] = documented()["/" + re.sub(r"<\w+:(\w+)>", _as_documented, route)][method.lower()]
    return found


@pytest.mark.parametrize("write", WRITES)
def test_each_has_a_request_serializer_or_declares_that_it_takes_no_body(write):
    method, _, view = WRITES[write]
    assert ("requestBody" in operation(write)) != (method in view.without_body)


@pytest.mark.parametrize("write", WRITES)
def test_each_documents_the_idempotency_key_if_it_knows_one(write):
    _, _, view = WRITES[write]
    names = [parameter["name"] for parameter in operation(write).get("parameters", [])]
    assert names.count("Idempotency-Key") == int(view.idempotent)
    assert ("422" in operation(write)["responses"]) == view.idempotent


def _as_documented(part: re.Match[str]) -> str:
    return "{id}" if part[1] == "pk" else f"{{{part[1]}}}"


@pytest.mark.parametrize("write", WRITES)
def test_what_takes_no_body_is_a_write_of_its_view(write):
    _, _, view = WRITES[write]
    assert set(view.without_body) <= view._handled - SAFE_METHODS


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("write", WRITES)
def test_each_refuses_by_name(db, write, bad):
    method, route, _ = WRITES[write]
    body, status, code = BAD[bad]
    for part, value in SOMEWHERE.items():
        route = route.replace(part, value)
    answer = ApiClient(make_cast().ben).generic(method, f"/{route}", body, content_type="application/json")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    if code == "invalid":
        assert problem["errors"]["surprise"] == ["Unknown field."]


@pytest.mark.parametrize("write", [write for write, (method, _, view) in WRITES.items() if method in view.without_body])
def test_a_form_is_no_body_of_any(db, write):
    method, route, _ = WRITES[write]
    for part, value in SOMEWHERE.items():
        route = route.replace(part, value)
    answer = ApiClient(make_cast().ben).generic(
        method, f"/{route}", b"a=1", content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
