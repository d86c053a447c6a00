"""What a client may send: `{"subscribe": ["room:K7QX"], "unsubscribe": []}`, and how often."""

from __future__ import annotations

import re
import time
from collections import deque
from typing import NamedTuple

import orjson

MAX_BYTES = 4096
MAX_FRAMES = 30
PER_SECONDS = 10.0
MAX_NAMES = 50
_TOPIC = re.compile(r"[a-z][a-z_]{0,29}(:[!-~]{1,150})?")


class MalformedError(Exception):
    pass


class Frame(NamedTuple):
    subscribe: list[str]
    unsubscribe: list[str]


def parse(text: str) -> Frame:
    """Raises `MalformedError`."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise MalformedError from None
    if not isinstance(content, dict) or not content or content.keys() - {"subscribe", "unsubscribe"}:
        raise MalformedError
    return Frame(_names(content.get("subscribe", [])), _names(content.get("unsubscribe", [])))


def _names(value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > MAX_NAMES:
        raise MalformedError
    if not all(isinstance(name, str) and _TOPIC.fullmatch(name) for name in value):
        raise MalformedError
    return list(dict.fromkeys(value))


class Pace:
    """Allows `MAX_FRAMES` in any `PER_SECONDS`."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=MAX_FRAMES)

    def allows_one_more(self) -> bool:
        now = time.monotonic()
        if len(self._times) == MAX_FRAMES and now - self._times[0] < PER_SECONDS:
            return False
        self._times.append(now)
        return True
