"""The socket behind `/ws/live`.

From the client: `{"subscribe": [topic, …]}` and `{"unsubscribe": [topic, …]}`. To the client:

    {"topic", "version", "type"}             something happened, or "beat": the version, repeated every 10 s
    {"topic", "type": "refused"}             not allowed, or not any more; with a code if there are too many
    {"topic", "type": "unavailable"}         could not be checked just now: subscribe again later
    {"type": "error", "code": "malformed"}   the frame was not understood

It closes with 4008 for too many frames, 1009 for one that is too long, 4000 when it listens to nothing, 1013
when the server or the client cannot keep up.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import orjson
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer

from echoroom.live import frames, topics
from echoroom.live.announcements import group_of
from echoroom.live.cutting import cut
from echoroom.live.outgoing import Message, Outgoing
from echoroom.outbox.failures import described
from echoroom.viewer import Viewer

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
ViewerOf = Callable[[Scope], Awaitable[Viewer]]

MAX_TOPICS = 20
BEAT = 10.0
STALLED = 20.0  # seconds that one message may take to leave
LAYER_PATIENCE = 3.0
FAILED_BEATS = 3  # after so many nobody knows any more who is listening
IDLE_BEATS = 18  # three minutes: a page that is still asking who it is has time enough
SUBPROTOCOL = "echoroom"

TOO_FAST, TOO_LONG, TRY_LATER, IDLE = 4008, 1009, 1013, 4000

# Fewer threads than the process has database connections: heartbeats must not keep requests from theirs.
_authorise = database_sync_to_async(
    topics.authorise, thread_sensitive=False, executor=ThreadPoolExecutor(4, thread_name_prefix="live-topics")
)


class LiveConsumer:
    """The ASGI application. `viewer_of` says who opened a socket, and is asked again at every heartbeat."""

    def __init__(self, *, viewer_of: ViewerOf) -> None:
        self._viewer_of = viewer_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _Socket(scope, receive, send, self._viewer_of).serve()


@dataclass(slots=True)
class _Subscription:
    is_authorised: bool = False
    held: Message | None = None  # heard while the authorisation was under way


class _Socket:
    def __init__(self, scope: Scope, receive: Receive, send: Send, viewer_of: ViewerOf) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._viewer_of = viewer_of
        self._layer = get_channel_layer()
        self._channel = ""
        self._outgoing = Outgoing()
        self._pace = frames.Pace()
        self._topics: dict[str, _Subscription] = {}

    async def serve(self) -> None:
        await self._receive()  # websocket.connect
        await self._send({"type": "websocket.accept", "subprotocol": _chosen(self._scope)})
        try:
            code = await self._live()
        except Exception as exc:
            logger.warning("A live socket was given up: %s", described(exc))
            code = TRY_LATER
        if code is not None:
            await self._close(code)

    async def _close(self, code: int) -> None:
        try:
            async with asyncio.timeout(1):
                await self._send({"type": "websocket.close", "code": code})
        except Exception:
            # The client takes nothing any more, or the server has given it up: nobody will end this politely.
            cut(self._send)

    async def _live(self) -> int | None:
        """Returns the code to close with, None if the client left by itself."""
        async with asyncio.timeout(LAYER_PATIENCE):
            self._channel = await self._layer.new_channel()
        jobs = (self._read, self._listen, self._write, self._beat)
        tasks = [asyncio.create_task(job()) for job in jobs]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            # Of several that end at once the reader, who knows that the client left, comes first.
            return next(task for task in tasks if task in done).result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._drop(list(self._topics))

    async def _read(self) -> int | None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                return None
            if not self._pace.allows_one_more():
                return TOO_FAST
            text = message.get("text") or ""
            if len(text.encode()) > frames.MAX_BYTES:
                return TOO_LONG
            try:
                frame = frames.parse(text)
            except frames.MalformedError:
                self._outgoing.put({"type": "error", "code": "malformed"})
                continue
            await self._drop(frame.unsubscribe)
            await self._subscribe(frame.subscribe)

    async def _listen(self) -> None:
        while True:
            self._hear(await self._layer.receive(self._channel))

    def _hear(self, heard: Message) -> None:
        message = {"topic": heard["topic"], "version": heard["version"], "type": heard["kind"]}
        subscription = self._topics.get(heard["topic"])
        if subscription is None:
            return
        if subscription.is_authorised:
            self._outgoing.put(message)
        elif subscription.held is None or subscription.held["version"] < message["version"]:
            subscription.held = message

    async def _write(self) -> int | None:
        while True:
            message = await self._outgoing.next()
            try:
                async with asyncio.timeout(STALLED):
                    await self._send({"type": "websocket.send", "text": orjson.dumps(message).decode()})
            except TimeoutError:
                return TRY_LATER
            except OSError:
                return None  # the client is gone; the server's own error for that is one of these

    async def _beat(self) -> int | None:
        failed = idle = 0
        # Sockets that opened together, after a deployment say, do not beat together.
        await asyncio.sleep(BEAT * random.uniform(0.5, 1))  # noqa: S311
        while True:
            authorised = [name for name, topic in self._topics.items() if topic.is_authorised]
            versions = await self._check(authorised, beating=True) if authorised else {}
            failed = 0 if versions.keys() >= set(authorised) else failed + 1
            idle = 0 if self._topics else idle + 1
            if failed >= FAILED_BEATS:
                return TRY_LATER
            if idle >= IDLE_BEATS:
                return IDLE
            await self._apply(versions)
            await asyncio.sleep(BEAT)

    async def _subscribe(self, names: Iterable[str]) -> None:
        fresh = [name for name in names if name not in self._topics]
        vacant = MAX_TOPICS - len(self._topics)
        for name in fresh[vacant:]:
            self._outgoing.put({"topic": name, "type": "refused", "code": "too_many_topics"})
        fresh = fresh[:vacant]
        if not fresh:
            return
        for name in fresh:
            # Joined before the version is read: what happens in between is held, not missed.
            self._topics[name] = _Subscription()
            async with asyncio.timeout(LAYER_PATIENCE):
                await self._layer.group_add(group_of(name), self._channel)
        versions = await self._check(fresh)
        for name in fresh:
            if name not in versions:
                await self._drop([name])
                self._outgoing.put({"topic": name, "type": "unavailable"})
        await self._apply(versions)

    async def _check(self, names: list[str], *, beating: bool = False) -> dict[str, int | None]:
        """One hop into a database thread for all of them. Names that could not be checked are left out."""
        try:
            viewer = await self._viewer_of(self._scope)
            versions: dict[str, int | None] = await _authorise(viewer, names, beating=beating)
        except Exception as exc:
            logger.warning("Topics could not be checked: %s", described(exc))
            return {}
        return versions

    async def _apply(self, versions: dict[str, int | None]) -> None:
        for name, version in versions.items():
            subscription = self._topics.get(name)
            if subscription is None:
                continue  # unsubscribed while it was being checked
            if version is None:
                await self._drop([name])
                self._outgoing.put({"topic": name, "type": "refused"})
                continue
            self._outgoing.put({"topic": name, "version": version, "type": "beat"})
            subscription.is_authorised = True
            held, subscription.held = subscription.held, None
            if held and held["version"] > version:
                self._outgoing.put(held)

    async def _drop(self, names: Iterable[str]) -> None:
        left = [name for name in names if self._topics.pop(name, None)]
        try:
            async with asyncio.timeout(LAYER_PATIENCE):
                for name in left:
                    await self._layer.group_discard(group_of(name), self._channel)
        except Exception as exc:
            # What still arrives for them is ignored, and the channel ends with the socket.
            logger.warning("Topics could not be left: %s", described(exc))


def _chosen(scope: Scope) -> str | None:
    """Browsers that offer subprotocols insist on one; the token among them is better not repeated."""
    offered = scope.get("subprotocols") or []
    return SUBPROTOCOL if SUBPROTOCOL in offered else next(iter(offered), None)
