"""What can be listened to, and by whom. Apps register theirs in their own `topics.py`."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Protocol

from django.db import Error as DatabaseError

from echoroom.outbox.failures import described
from echoroom.viewer import Viewer

logger = logging.getLogger(__name__)

_PREFIX = re.compile(r"[a-z][a-z_]{0,29}")


class Topic(Protocol):
    """Runs in a database thread. `key` is what follows the colon, and comes unchecked from the client."""

    def authorise(self, viewer: Viewer, key: str) -> int | None:
        """The version that `viewer` would see now, or None: no right to listen, or no such thing."""

    def beat(self, viewer: Viewer, key: str) -> None:
        """The socket of an authorised listener is alive: called at every heartbeat."""


_topics: dict[str, Topic] = {}


def register(prefix: str, topic: Topic) -> None:
    """Let `prefix:key` be answered by `topic`."""
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is no prefix: up to 30 lower-case letters and underscores.")
    if prefix in _topics:
        raise ValueError(f"The topic {prefix!r} is registered already.")
    _topics[prefix] = topic


def unregister(prefix: str) -> None:
    """Undo `register`; tests clean up with it."""
    del _topics[prefix]


def authorise(viewer: Viewer, names: Iterable[str], *, beating: bool = False) -> dict[str, int | None]:
    """Name → version, or None where refused. A name whose check failed is left out: nobody knows."""
    versions: dict[str, int | None] = {}
    for name in names:
        try:
            versions[name] = _version(viewer, name, beating=beating)
        except DatabaseError as exc:
            logger.warning("Topics could not be checked: %s", described(exc))
            break  # the others would only wait for the same database
        except Exception as exc:
            # No traceback: the message at its end may quote anything.
            logger.error("The topic %s could not be checked: %s", name, described(exc))  # noqa: TRY400
    return versions


def _version(viewer: Viewer, name: str, *, beating: bool) -> int | None:
    prefix, _, key = name.partition(":")
    topic = _topics.get(prefix)
    if topic is None:
        return None
    version = topic.authorise(viewer, key)
    if beating and version is not None:
        topic.beat(viewer, key)
    return version
