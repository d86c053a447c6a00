from __future__ import annotations

from collections.abc import Iterator

import pytest

from echoroom.live.tests.conversation import Doors, registered


@pytest.fixture
def doors() -> Iterator[Doors]:
    topic = Doors()
    with registered("door", topic):
        yield topic


@pytest.fixture(autouse=True)
def _connections_may_be_closed(db: None) -> None:
    """The hop into a database thread looks after its connection, which an earlier test may have left there."""
