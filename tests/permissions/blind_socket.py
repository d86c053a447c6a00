"""Everybody's socket while the secret vote is cast: every frame that it is sent, as it goes over the wire."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from asgiref.sync import async_to_sync, sync_to_async
from django.test import TestCase

from echoroom.live.announcements import Announcement
from echoroom.live.consumer import LiveConsumer, Scope
from echoroom.live.tests.conversation import Client
from echoroom.outbox import dispatcher
from echoroom.viewer import Viewer
from tests.permissions.blind_scene import READERS, BlindScene
from tests.two_worlds import Secret

Frame = tuple[str, str]


def while_all_listen(
    blind: BlindScene, topics: list[str], happens: Callable[[Secret], object]
) -> tuple[Callable[[Secret], None], Callable[[], list[Frame]]]:
    """`happens` with everybody at a socket of their own that asks for all topics; and what they heard, in order."""
    heard: list[Frame] = []

    def listens(secret: Secret) -> None:
        heard[:] = async_to_sync(_conversation)(blind, topics, lambda: happens(secret))

    return listens, lambda: list(heard)


async def _conversation(blind: BlindScene, topics: list[str], happens: Callable[[], object]) -> list[Frame]:
    sockets = {role: await _opened(blind.scene.people.viewer(role)) for role in READERS}
    heard = [frame for role, socket in sockets.items() for frame in await _ask(role, socket, topics)]
    listeners = {topic: [role for role, text in heard if _is_let_in(text, topic)] for topic in topics}
    for call in await sync_to_async(_announced)(happens):
        assert isinstance(call, Announcement)
        await call()
        heard += [(role, await _text(sockets[role])) for role in listeners.get(call.topic, [])]
    for role, socket in sockets.items():
        # The versions afterwards; and if anything was sent to those who may not listen, it comes before the answer.
        await socket.say(unsubscribe=topics)
        heard += await _ask(role, socket, topics)
        await socket.leave()
    return heard


def _announced(happens: Callable[[], object]) -> list[dispatcher.Call]:
    with TestCase.captureOnCommitCallbacks(execute=True):
        happens()
    return list(dispatcher.recording.calls)


async def _opened(viewer: Viewer) -> Client:
    async def viewer_of(_: Scope) -> Viewer:
        return viewer

    client = Client(LiveConsumer(viewer_of=viewer_of))
    assert (await client.open())["type"] == "websocket.accept"
    return client


async def _ask(role: str, socket: Client, topics: list[str]) -> list[Frame]:
    await socket.say(subscribe=topics)
    return [(role, await _text(socket)) for _ in topics]


async def _text(socket: Client) -> str:
    return str((await socket.receive_output(timeout=10))["text"])


def _is_let_in(text: str, topic: str) -> bool:
    frame = orjson.loads(text)
    return bool(frame["topic"] == topic and frame["type"] == "beat")
