"""A client on the other side of a live socket, and a topic whose answers the test decides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import orjson
from asgiref.testing import ApplicationCommunicator

from echoroom.live import topics
from echoroom.live.consumer import LiveConsumer, Scope
from echoroom.viewer import ANONYMOUS, Viewer


class Doors(topics.Topic):
    """`door:KEY` at a version; without one it is closed to everybody, with an exception it fails."""

    def __init__(self) -> None:
        self.versions: dict[str, int | Exception] = {}
        self.asked: list[Viewer] = []
        self.beats: list[str] = []

    def authorise(self, viewer: Viewer, key: str) -> int | None:
        self.asked.append(viewer)
        version = self.versions.get(key)
        if isinstance(version, Exception):
            raise version
        return version

    def beat(self, viewer: Viewer, key: str) -> None:
        self.beats.append(key)


@contextmanager
def registered(prefix: str, topic: topics.Topic) -> Iterator[None]:
    topics.register(prefix, topic)
    try:
        yield
    finally:
        topics.unregister(prefix)


class Client(ApplicationCommunicator):
    """Opens, speaks and listens as a WebSocket server would on behalf of a browser."""

    def __init__(self, application: Any, **scope: Any) -> None:
        super().__init__(application, {"type": "websocket", "path": "/ws/live", "headers": [], **scope})
        self.viewer = ANONYMOUS

    async def open(self) -> dict[str, Any]:
        """What the server answers: accepted or closed."""
        await self.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self.receive_output(timeout=3)
        return answer

    async def say(self, **frame: list[str]) -> None:
        await self.send_text(orjson.dumps(frame).decode())

    async def send_text(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def hear(self, timeout: float = 3) -> dict[str, Any]:
        output = await self.receive_output(timeout=timeout)
        message: dict[str, Any] = orjson.loads(output["text"])
        return message

    async def closed_with(self, timeout: float = 3) -> int:
        while True:
            output = await self.receive_output(timeout=timeout)
            if output["type"] == "websocket.close":
                return int(output["code"])

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.wait(timeout=5)


@asynccontextmanager
async def connected(viewer: Viewer = ANONYMOUS, **scope: Any) -> AsyncIterator[Client]:
    async def viewer_of(_: Scope) -> Viewer:
        return client.viewer

    client = Client(LiveConsumer(viewer_of=viewer_of), **scope)
    client.viewer = viewer
    assert (await client.open())["type"] == "websocket.accept"
    try:
        yield client
    finally:
        await client.leave()
