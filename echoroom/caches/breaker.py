"""One breaker per Redis server, shared by the cache and the limits."""

from __future__ import annotations

import logging
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable

logger = logging.getLogger(__name__)

THRESHOLD = 3
WINDOW_SECONDS = 5.0
PROBE_SECONDS = 1.0

_all: weakref.WeakSet[Breaker] = weakref.WeakSet()


class Breaker:
    """Opens after `threshold` failures within `window` seconds; only its own probe thread closes it.

    A request never tests a dead server: while `is_open`, callers use their stand-in. Any failure starts the
    probe, so that `on_recovery` callbacks (repairs of what was missed) also run after a hiccup that did not
    open the breaker."""

    def __init__(
        self,
        *,
        name: str,
        probe: Callable[[], object],
        threshold: int = THRESHOLD,
        window: float = WINDOW_SECONDS,
        interval: float = PROBE_SECONDS,
    ) -> None:
        self.name = name
        self.is_open = False
        self._probe = probe
        self._threshold = threshold
        self._window = window
        self._interval = interval
        self._on_recovery: list[Callable[[], object]] = []
        self._renew()
        _all.add(self)

    def _renew(self) -> None:
        self.is_open = False
        self._failures: deque[float] = deque(maxlen=self._threshold)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def on_recovery(self, repair: Callable[[], object]) -> None:
        self._on_recovery.append(repair)

    def failed(self) -> None:
        """Count one failure. Cheap; called from requests."""
        now = time.monotonic()
        with self._lock:
            self._failures.append(now)
            if not self.is_open and len(self._failures) == self._threshold:
                self.is_open = now - self._failures[0] <= self._window
                if self.is_open:
                    logger.error("%s does not answer: working without it", self.name)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name=f"breaker-{self.name}", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        while True:
            time.sleep(self._interval)
            try:
                self._probe()
                # Repairs come before the close, or a request could read what the repair is about to remove.
                for repair in self._on_recovery:
                    repair()
            except Exception as error:
                logger.debug("%s: the probe failed with %s", self.name, type(error).__name__)
                continue
            with self._lock:
                if self.is_open:
                    self.is_open = False
                    self._failures.clear()
                    logger.warning("%s answers again", self.name)
                self._thread = None
            return


def breakers() -> list[Breaker]:
    """For health checks and metrics."""
    return sorted(_all, key=lambda breaker: breaker.name)


def _after_fork() -> None:
    # Threads do not survive a fork: an open breaker without its probe would never close.
    for breaker in list(_all):
        breaker._renew()


os.register_at_fork(after_in_child=_after_fork)
