"""What the dispatcher knows about a peer that does not answer."""

from __future__ import annotations

import logging
import threading
import time

logger = logging.getLogger(__name__)

PAUSE = 5.0  # seconds that a failed peer is left alone: one timeout for all of them, not one for each job
QUIET = 10.0  # seconds between two lines about losses


class Outlet:
    """One peer. After a failure it counts as closed for a while; what is lost makes one log line."""

    def __init__(self, name: str, *, remedy: str) -> None:
        self.name = name
        self.remedy = remedy
        self._closed_until = 0.0
        self._lost = 0
        self._quiet_until = 0.0
        self._lock = threading.Lock()

    def is_closed(self) -> bool:
        return time.monotonic() < self._closed_until

    def close_for_a_while(self) -> None:
        self._closed_until = time.monotonic() + PAUSE

    def lose(self, count: int, *, because: str) -> None:
        with self._lock:
            self._lost += count
            if time.monotonic() < self._quiet_until:
                return
            lost, self._lost = self._lost, 0
            self._quiet_until = time.monotonic() + QUIET
        logger.warning("%s %s dropped: %s. %s", lost, self.name, because, self.remedy)
