from __future__ import annotations

import pytest
import time_machine

from tests.cast import Cast, make_cast
from tests.clock import clock

__all__ = ["cast", "clock"]


@pytest.fixture
def cast(db: None, clock: time_machine.Traveller) -> Cast:
    """The cast, at noon, with a quest of three decisions for teams of three."""
    return make_cast(decisions=3, rounds=2)
