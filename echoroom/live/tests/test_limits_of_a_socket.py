from __future__ import annotations

import asyncio

import pytest
from channels.layers import get_channel_layer

from echoroom.live import consumer, frames
from echoroom.live.consumer import LiveConsumer
from echoroom.live.outgoing import Outgoing
from echoroom.live.tests.conversation import Client, connected
from echoroom.viewer import ANONYMOUS

MALFORMED = {"type": "error", "code": "malformed"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        "{}",
        '{"say": []}',
        '{"subscribe": "door:a"}',
        '{"subscribe": [7]}',
        '{"subscribe": [""]}',
        '{"subscribe": ["door:a b"]}',
        '{"subscribe": ["Door:a"]}',
        '{"subscribe": ["door:%s"]}' % ("x" * 151),
        '{"subscribe": %s}' % ('["door:a"]' * 2),
        '{"subscribe": ["door:\\u0000"]}',
    ],
)
async def test_a_frame_that_is_not_understood_does_not_end_the_socket(doors, text):
    doors.versions["a"] = 1
    async with connected() as client:
        await client.send_text(text)
        assert await client.hear() == MALFORMED
        await client.say(subscribe=["door:a"])
        assert (await client.hear())["version"] == 1


async def test_bytes_are_not_understood(doors):
    async with connected() as client:
        await client.send_input({"type": "websocket.receive", "bytes": b"\x00\xff"})
        assert await client.hear() == MALFORMED


async def test_twenty_topics_are_enough(doors):
    doors.versions |= {str(number): 1 for number in range(25)}
    names = [f"door:{number}" for number in range(25)]
    async with connected() as client:
        await client.say(subscribe=names)
        heard = [await client.hear() for _ in range(25)]
        refused = [message for message in heard if message["type"] == "refused"]
        assert [message["topic"] for message in refused] == names[20:]
        assert {message["code"] for message in refused} == {"too_many_topics"}
        await client.say(unsubscribe=names[:1], subscribe=names[20:21])
        assert (await client.hear())["topic"] == "door:20"


async def test_too_many_frames_end_the_socket(doors):
    async with connected() as client:
        for _ in range(frames.MAX_FRAMES + 1):
            await client.say(unsubscribe=["door:a"])
        assert await client.closed_with() == 4008


async def test_a_frame_that_is_too_long_ends_the_socket():
    async with connected() as client:
        await client.send_text(" " * (frames.MAX_BYTES + 1))
        assert await client.closed_with() == 1009


async def test_a_socket_that_listens_to_nothing_is_closed_in_the_end(monkeypatch):
    monkeypatch.setattr(consumer, "BEAT", 0.01)
    async with connected() as client:
        assert await client.closed_with() == 4000


async def test_a_channel_layer_that_is_away_sends_the_client_back_to_polling(doors, monkeypatch):
    async def refused(self, *args):
        raise ConnectionRefusedError

    monkeypatch.setattr(type(get_channel_layer()), "new_channel", refused, raising=False)
    async with connected() as client:
        assert await client.closed_with() == 1013


async def test_a_reader_that_stalls_is_let_go(doors, monkeypatch):
    monkeypatch.setattr(consumer, "STALLED", 0.1)
    doors.versions["a"] = 1
    sent: list[dict] = []
    incoming: asyncio.Queue = asyncio.Queue()
    incoming.put_nowait({"type": "websocket.connect"})
    incoming.put_nowait({"type": "websocket.receive", "text": '{"subscribe": ["door:a"]}'})

    async def send(message):
        sent.append(message)
        if message["type"] == "websocket.send":
            await asyncio.sleep(60)  # as a full transport does

    async def anybody(scope):
        return ANONYMOUS

    await asyncio.wait_for(LiveConsumer(viewer_of=anybody)({"type": "websocket"}, incoming.get, send), 5)
    assert sent[-1] == {"type": "websocket.close", "code": 1013}


async def test_a_slow_reader_gets_the_newest_version_of_each_topic_only():
    outgoing = Outgoing()
    for version in (1, 2, 4, 3):
        outgoing.put({"topic": "door:a", "version": version, "type": "opened"})
        outgoing.put({"topic": "door:b", "version": version, "type": "opened"})
    outgoing.put({"topic": "door:a", "version": 4, "type": "beat"})
    assert len(outgoing) == 2
    assert await outgoing.next() == {"topic": "door:a", "version": 4, "type": "opened"}
    outgoing.put({"topic": "door:b", "type": "refused"})
    assert await outgoing.next() == {"topic": "door:b", "type": "refused"}


async def test_what_waits_for_one_reader_is_bounded():
    outgoing = Outgoing()
    for number in range(500):
        outgoing.put({"topic": f"door:{number}", "type": "refused"})
    assert len(outgoing) == Outgoing.LIMIT
    assert (await outgoing.next())["topic"] == f"door:{500 - Outgoing.LIMIT}"


@pytest.mark.parametrize(
    ("offered", "chosen"), [([], None), (["echoroom", "seat.x"], "echoroom"), (["seat.x"], "seat.x")]
)
async def test_a_client_that_offers_subprotocols_gets_one(offered, chosen):
    async def anybody(scope):
        return ANONYMOUS

    client = Client(LiveConsumer(viewer_of=anybody), subprotocols=offered)
    assert await client.open() == {"type": "websocket.accept", "subprotocol": chosen}
    await client.leave()
