"""A clock that stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is noon; `clock.shift(seconds)` lets time pass."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
