from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.clock import clock

__all__ = ["clock"]


@pytest.fixture(autouse=True)
def _no_search_for_static_files(settings: Settings) -> None:
    """Every new client builds the middleware anew, and WhiteNoise would list all static files each time."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def _who_types_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis has a clock of its own: five seconds could pass in one world and not in the other."""
    monkeypatch.setattr("rooms.services.chatting.TYPING_SECONDS", 600)
