"""Sockets as pages hold them: opened, subscribed, and then only listening."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from bench.sockets.places import Place

AT_ONCE = 50
OPEN_SECONDS = 30

Heard = Callable[[str, int, float], None]


@dataclass
class Listener:
    """One open socket. `heard` is told topic, version and the moment of each frame that has a version."""

    place: Place
    connection: ClientConnection
    opened_at: float = field(default_factory=time.monotonic)
    heard: Heard | None = None
    frames: int = 0
    subscribed: asyncio.Event = field(default_factory=asyncio.Event)
    closed: str = ""
    closed_at: float = 0.0
    _topics: set[str] = field(default_factory=set)

    async def listen(self) -> None:
        try:
            async for frame in self.connection:
                self._take(orjson.loads(frame), time.perf_counter())
        except ConnectionClosed:
            pass
        self.closed = f"{self.connection.close_code} {self.connection.close_reason}".strip()
        self.closed_at = time.monotonic()

    def _take(self, message: dict, at: float) -> None:
        self.frames += 1
        if "version" not in message:
            return
        self._topics.add(message["topic"])
        if self._topics >= set(self.place.topics):
            self.subscribed.set()
        if self.heard is not None:
            self.heard(message["topic"], message["version"], at)


class Crowd:
    def __init__(self, url: str) -> None:
        self._url = url
        self._tasks: list[asyncio.Task[None]] = []
        self.listeners: list[Listener] = []

    async def open(self, places: Sequence[Place], *, silent: bool = False) -> list[Listener]:
        """Each of them subscribed and answered; `silent` ones say nothing at all."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(place: Place) -> Listener:
            async with gate:
                headers = {"Authorization": f"Seat {place.token}"}
                connection = await connect(
                    self._url, additional_headers=headers, ping_interval=None, open_timeout=OPEN_SECONDS, proxy=None
                )
                listener = Listener(place, connection)
                self._tasks.append(asyncio.create_task(listener.listen()))
                if not silent:
                    await connection.send(orjson.dumps({"subscribe": place.topics}).decode())
                    await asyncio.wait_for(listener.subscribed.wait(), OPEN_SECONDS)
                return listener

        opened = await asyncio.gather(*(one(place) for place in places))
        self.listeners += opened
        return list(opened)

    async def close(self) -> None:
        await asyncio.gather(*(listener.connection.close() for listener in self.listeners), return_exceptions=True)
        await asyncio.gather(*self._tasks, return_exceptions=True)
