from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from channels.layers import get_channel_layer
from django.db import transaction

from echoroom.outbox import dispatcher

# The type of message that sockets find in the channel layer.
HEARD = "live.heard"
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Announcement:
    topic: str
    version: int
    type: str

    async def __call__(self) -> None:
        message = {"type": HEARD, "topic": self.topic, "version": self.version, "kind": self.type}
        await get_channel_layer().group_send(group_of(self.topic), message)


def announce(topic: str, *, version: int, type: str) -> None:
    """Tell whoever listens to `topic` that it is at `version` now, once the transaction has committed."""
    announce_each([(topic, version, type)])


def announce_each(news: Iterable[tuple[str, int, str]], /) -> None:
    """The same for several topics, each with its version and type."""
    jobs = [Announcement(*one) for one in news]
    # robust: news that does not go out must not fail the change; the next beat repeats the version.
    transaction.on_commit(lambda: dispatcher.call(*jobs), robust=True)


def group_of(topic: str) -> str:
    """The channel layer's name for `topic`: it takes few characters, and fewer than a hundred."""
    prefix, _, key = topic.partition(":")
    if not _SAFE.fullmatch(key):
        key = hashlib.sha256(key.encode()).hexdigest()
    return f"live.{prefix[:30]}.{key}"
