"""What was made is kept for a while in this process: bounded by number and by size, the longest unused goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractContextManager

MOST_ENTRIES = 128
MOST_BYTES = 32 * 1024 * 1024


class Kept:
    def __init__(self, *, entries: int = MOST_ENTRIES, size: int = MOST_BYTES) -> None:
        self._entries, self._size = entries, size
        self._lock = threading.Lock()
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0

    def get(self, key: str, make: Callable[[], bytes], *, turn: Callable[[], AbstractContextManager[None]]) -> bytes:
        """What is kept, else what `make` gives within a `turn`: of several who ask at once one makes it for all."""
        found = self._find(key)
        if found is not None:
            return found
        with turn():
            found = self._find(key)
            if found is None:
                found = make()
                self._keep(key, found)
        return found

    def _find(self, key: str) -> bytes | None:
        with self._lock:
            if key not in self._made:
                return None
            self._made.move_to_end(key)
            return self._made[key]

    def _keep(self, key: str, made: bytes) -> None:
        with self._lock:
            self._held += len(made) - len(self._made.pop(key, b""))
            self._made[key] = made
            while self._held > self._size or len(self._made) > self._entries:
                _, dropped = self._made.popitem(last=False)
                self._held -= len(dropped)

    def forget(self) -> None:
        with self._lock:
            self._made.clear()
            self._held = 0

    def __len__(self) -> int:
        return len(self._made)
