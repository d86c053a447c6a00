"""Requests that do not stop while something is done to the servers, and what became of each."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

SENDERS = 4
PATIENCE = 120  # seconds for the next requests to be answered


@dataclass
class Steady:
    """Half of the senders keep their connection, as browsers do; the others come anew each time."""

    url: str
    link: str
    answers: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def entries(self) -> int:
        """People who were told that they are in."""
        return self.answers["POST 200"] + self.answers["POST 201"]

    @property
    def failures(self) -> dict[str, int]:
        return {what: times for what, times in self.answers.items() if not what.endswith((" 200", " 201"))}

    def wait_for(self, more: int) -> None:
        """Until so many more requests were answered."""
        goal, deadline = self.answers.total() + more, time.monotonic() + PATIENCE
        while self.answers.total() < goal:
            assert time.monotonic() < deadline, f"Nothing is answered any more: {self.answers}"
            time.sleep(0.02)

    @contextmanager
    def running(self) -> Iterator[Steady]:
        senders = [threading.Thread(target=self._send, args=(number % 2 == 0,)) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        try:
            yield self
        finally:
            self._over.set()
            for sender in senders:
                sender.join(PATIENCE)

    def _send(self, keeps_connection: bool) -> None:
        headers = {} if keeps_connection else {"Connection": "close"}
        with httpx.Client(base_url=self.url, timeout=40, headers=headers) as client:
            while not self._over.is_set():
                self._note("GET", client, "/")
                self._note("POST", client, "/api/auth/start", {"link": self.link})
                # Everybody who enters is somebody new.
                client.cookies.clear()

    def _note(self, method: str, client: httpx.Client, path: str, body: object = None) -> None:
        try:
            found = f"{method} {client.request(method, path, json=body).status_code}"
        except httpx.HTTPError as error:
            found = f"{method} {type(error).__name__}"
        with self._lock:
            self.answers[found] += 1
