"""How the one process lets requests in: a few at a time, and none that is waiting for its client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from echoroom.asgi import READ_AHEAD, Bounded

Message = dict[str, Any]


class Client:
    """What a server is to the application: hands out the parts of a body as they arrive, keeps the answer."""

    def __init__(self, *parts: Message) -> None:
        self.sent: list[Message] = []
        self._parts: asyncio.Queue[Message] = asyncio.Queue()
        for part in parts:
            self._parts.put_nowait(part)

    def arrives(self, part: Message) -> None:
        self._parts.put_nowait(part)

    async def receive(self) -> Message:
        return await self._parts.get()

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


class SlowReader(Client):
    """Takes no part of the answer until it reads."""

    def __init__(self, *parts: Message) -> None:
        super().__init__(*parts)
        self.reads = asyncio.Event()

    async def send(self, message: Message) -> None:
        await self.reads.wait()
        await super().send(message)


class App:
    """Answers with what it has read, once it is let go."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self.let_go = asyncio.Event()
        self.after: list[Message] = []

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await self.let_go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})
        if scope.get("listens_on"):
            self.after.append(await receive())
        self.running -= 1


def part(body: bytes = b"", *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


@asynccontextmanager
async def asking(door: Bounded, *clients: Client, **scope: Any) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [asyncio.ensure_future(door({"type": "http", **scope}, each.receive, each.send)) for each in clients]
    # Each runs as far as it gets: all that happens here happens in turns of this one loop.
    for _ in range(20):
        await asyncio.sleep(0)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_few_run_at_a_time_and_the_others_after_them():
    app, clients = App(), [Client(part()) for _ in range(5)]
    async with asking(Bounded(app, at_once=2), *clients) as tasks:
        assert app.running == 2
        app.let_go.set()
        await asyncio.gather(*tasks)
    assert app.most == 2
    assert [client.status for client in clients] == [200] * 5


async def test_stalled_clients_take_nobodys_turn():
    app, stalled, ben = App(), [Client(part(b'{"room":', more=True)) for _ in range(8)], Client(part())
    app.let_go.set()
    async with asking(Bounded(app, at_once=2), *stalled, ben) as tasks:
        await tasks[-1]
    assert ben.status == 200
    assert app.most == 1


async def test_a_body_is_handed_on_whole_and_so_is_what_comes_after_it():
    app, ben = App(), Client(part(b"one ", more=True), part(b"two", more=True))
    app.let_go.set()
    async with asking(Bounded(app, at_once=1), ben, listens_on=True) as tasks:
        assert app.running == 0
        ben.arrives(part(b" three"))
        ben.arrives({"type": "http.disconnect"})
        await asyncio.gather(*tasks)
    assert ben.sent[1]["body"] == b"one two three"
    assert app.after == [{"type": "http.disconnect"}]


TOO_LARGE = [
    ([part(b"x" * READ_AHEAD, more=True), part(b"x", more=True)], []),
    ([part(b"x" * (READ_AHEAD + 1))], []),
    ([], [(b"content-length", b"%d" % (READ_AHEAD + 1))]),
]


@pytest.mark.parametrize(("parts", "headers"), TOO_LARGE, ids=["still arriving", "whole", "foretold"])
async def test_a_body_beyond_the_limit_is_refused_at_once_and_takes_no_turn(parts, headers):
    app, clients = App(), [Client(*parts) for _ in range(8)]
    async with asking(Bounded(app, at_once=1), *clients, path="/api/vote", headers=headers) as tasks:
        await asyncio.gather(*tasks)
    assert app.most == 0
    assert {client.status for client in clients} == {413}
    assert (b"connection", b"close") in clients[0].sent[0]["headers"]
    assert orjson.loads(clients[0].sent[1]["body"])["code"] == "body_too_large"


async def test_the_largest_body_is_taken():
    app, ben = App(), Client(part(b"x" * READ_AHEAD))
    app.let_go.set()
    async with asking(Bounded(app, at_once=1), ben, headers=[(b"content-length", b"%d" % READ_AHEAD)]) as tasks:
        await asyncio.gather(*tasks)
    assert len(ben.sent[1]["body"]) == READ_AHEAD


async def test_who_does_not_read_the_answer_keeps_nobody_waiting():
    app, readers, ben = App(), [SlowReader(part()) for _ in range(8)], Client(part())
    app.let_go.set()
    async with asking(Bounded(app, at_once=2, in_turn=0), *readers, ben) as tasks:
        await tasks[-1]
        assert ben.status == 200
        assert not any(task.done() for task in tasks[:-1])
        for reader in readers:
            reader.reads.set()
        await asyncio.gather(*tasks)
    # What they had given back they did not give back twice.
    assert [len(reader.sent) for reader in readers] == [2] * 8


async def test_a_turn_that_was_given_back_is_not_given_back_again():
    app, reader, others = App(), SlowReader(part()), [Client(part()) for _ in range(3)]
    app.let_go.set()
    door = Bounded(app, at_once=1, in_turn=0)
    async with asking(door, reader) as tasks:
        reader.reads.set()
        await asyncio.gather(*tasks)
    app.let_go.clear()
    async with asking(door, *others):
        assert app.running == 1


async def test_who_does_not_read_for_long_is_cut_off():
    app, reader = App(), SlowReader(part())
    app.let_go.set()
    async with asking(Bounded(app, at_once=1, in_turn=0, altogether=0), reader) as tasks:
        await asyncio.gather(*tasks)
    assert reader.sent == []


async def test_an_answer_that_fails_to_be_sent_fails_as_before():
    app, ben = App(), Client(part())
    app.let_go.set()

    async def gone(message: Message) -> None:
        raise OSError("the line is dead")

    ben.send = gone  # type: ignore[method-assign]
    async with asking(Bounded(app, at_once=1), ben) as tasks:
        with pytest.raises(OSError, match="dead"):
            await tasks[0]


async def test_who_has_left_does_not_wait_for_ever():
    app, ben = App(), Client(part(b"half", more=True), {"type": "http.disconnect"})
    app.let_go.set()
    async with asking(Bounded(app, at_once=1), ben) as tasks:
        await asyncio.gather(*tasks)
    assert app.running == 0


async def test_a_server_that_stops_sends_away_what_has_not_had_its_turn():
    app, running, waiting, half = App(), Client(part()), Client(part()), Client(part(b"{", more=True))
    async with asking(Bounded(app, at_once=1), running, waiting, half) as tasks:
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks[1:])
        app.let_go.set()
        await tasks[0]
    assert [client.status for client in (running, waiting, half)] == [200, 503, 503]
    assert (b"retry-after", b"2") in half.sent[0]["headers"]
