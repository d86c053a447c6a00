"""A page that listens to its room's chat: cut off, it connects again and reads what it missed, as `live.js` does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import orjson
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

from deploy.rolling_restart import wait_until

PATIENCE = 30
RETRY = 0.25


def say(url: str, room: str, token: str) -> None:
    answer = httpx.post(
        f"{url}/api/rooms/{room}/messages", json={"text": "Still there?"}, headers=_seat(token), timeout=PATIENCE
    )
    assert answer.status_code == 200, answer.text


def _seat(token: str) -> dict[str, str]:
    return {"Authorization": f"Seat {token}"}


@dataclass
class Listener:
    """`while_away` is called each time that it was cut off, before it connects again."""

    url: str
    room: str
    token: str
    while_away: Callable[[], None]
    read: list[int] = field(default_factory=list)
    closes: list[int | None] = field(default_factory=list)
    _version: int = -1
    _is_listening: bool = False
    _socket: ClientConnection | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, messages: Callable[[], int]) -> None:
        """Until it is connected and has read so many, or its patience ends."""
        wait_until(lambda: self._is_listening and len(self.read) >= messages(), seconds=PATIENCE)

    @contextmanager
    def running(self) -> Iterator[Listener]:
        thread = threading.Thread(target=self._stay)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            if self._socket is not None:
                self._socket.close()
            thread.join(PATIENCE)

    def _stay(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except (OSError, InvalidHandshake):
                self._over.wait(RETRY)

    def _listen(self) -> None:
        address = f"{self.url.replace('http', 'ws', 1)}/ws/live"
        with connect(address, additional_headers=_seat(self.token), open_timeout=PATIENCE, proxy=None) as socket:
            self._socket = socket
            try:
                socket.send(orjson.dumps({"subscribe": [f"chat:{self.room}"]}).decode())
                for frame in socket:
                    self._hear(**orjson.loads(frame))
            except ConnectionClosed:
                pass
        self._is_listening = False
        if not self._over.is_set():
            self.closes.append(socket.close_code)
            self.while_away()

    def _hear(self, type: str, version: int, topic: str) -> None:
        # A beat says how things are, anything else what is new.
        if version > self._version or (type == "beat" and version != self._version):
            self._version = version
            self._read_on()
        self._is_listening = True

    def _read_on(self) -> None:
        after = self.read[-1] if self.read else 0
        answer = httpx.get(
            f"{self.url}/api/rooms/{self.room}/messages?after={after}", headers=_seat(self.token), timeout=PATIENCE
        )
        self.read += [message["number"] for message in answer.json()["messages"]]
