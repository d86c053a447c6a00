from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from matching.practice import api
from tests.cast import Cast, make_cast
from tests.clock import clock

__all__ = ["cast", "clock"]


@pytest.fixture
def bots_in_this_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bots make real requests, and a request's end would close the connection with the test's transaction in it."""
    real = api._application()

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        try:
            response = real(environ, start_response)
            body = list(response)
            response.close()
            return body
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)

    monkeypatch.setattr(api, "_application", lambda: application)


@pytest.fixture
def cast(db: None, clock: time_machine.Traveller) -> Cast:
    """The cast, at noon, with a quest for teams of three: two are enough after 30 seconds."""
    return make_cast(decisions=1)
