"""A moving window in this process: the whole of it in embedded mode, the stand-in while Redis is away.

`limits` brings one, but it starts a timer thread every few milliseconds under load and never forgets a key.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from time import monotonic, time

from limits.storage import MovingWindowSupport, Storage

MAX_KEYS = 50_000


class BoundedMemoryStorage(Storage, MovingWindowSupport):
    STORAGE_SCHEME = ["echoroom-memory"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, max_keys: int = MAX_KEYS) -> None:
        super().__init__(uri, wrap_exceptions)
        self._max_keys = max_keys
        self._lock = threading.Lock()
        # Newest hit first in use, so the front is what has been idle longest.
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = monotonic()
        with self._lock:
            hits = self._hits.get(key)
            if hits is None:
                hits = self._hits[key] = deque()
                if len(self._hits) > self._max_keys:
                    self._hits.popitem(last=False)
            else:
                self._hits.move_to_end(key)
            while hits and hits[0] <= now - expiry:
                hits.popleft()
            if len(hits) + amount > limit:
                return False
            hits.extend([now] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = monotonic()
        with self._lock:
            hits = [hit for hit in self._hits.get(key, ()) if hit > now - expiry]
        oldest = hits[0] if hits else now
        return time() - (now - oldest), len(hits)

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def clear(self, key: str) -> None:
        with self._lock:
            self._hits.pop(key, None)

    def reset(self) -> int | None:
        with self._lock:
            held = len(self._hits)
            self._hits.clear()
            return held

    def check(self) -> bool:
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError("Only the moving window is supported.")

    def get(self, key: str) -> int:
        raise NotImplementedError("Only the moving window is supported.")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("Only the moving window is supported.")
