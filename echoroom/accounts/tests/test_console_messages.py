from __future__ import annotations

import pytest
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from echoroom.messages import ConsoleMessageMiddleware


@pytest.fixture
def messages_at():
    """The messages that a request for this path may add to, or None."""

    def asked(path: str) -> BaseStorage | None:
        seen: list[HttpRequest] = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append(request)
            return HttpResponse()

        request = RequestFactory().get(path)
        request.session = {}  # type: ignore[assignment]
        ConsoleMessageMiddleware(view)(request)
        return getattr(seen[0], "_messages", None)

    return asked


def test_the_console_says_by_messages_what_an_action_did(messages_at):
    assert isinstance(messages_at("/admin/rooms/room/"), BaseStorage)


@pytest.mark.parametrize("path", ["/api/rooms/K7QX", "/room/K7QX", "/administration"])
def test_nothing_else_pays_for_them(messages_at, path):
    assert messages_at(path) is None
