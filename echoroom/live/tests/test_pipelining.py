from __future__ import annotations

import asyncio

import pytest
import redis
from redis.asyncio.client import Pipeline

from echoroom.live.pipelining import PipeliningChannelLayer

pytestmark = pytest.mark.redis


@pytest.fixture
def layer(settings) -> PipeliningChannelLayer:
    return PipeliningChannelLayer(hosts=[settings.REDIS_URL], prefix="pipelining")


async def listening(layer: PipeliningChannelLayer, *groups: str) -> str:
    channel = str(await layer.new_channel())
    for group in groups:
        await layer.group_add(group, channel)
    return channel


async def heard(layer: PipeliningChannelLayer, channel: str, number: int) -> list[int]:
    messages = [await asyncio.wait_for(layer.receive(channel), 5) for _ in range(number)]
    return [message["number"] for message in messages]


def send_all(layer: PipeliningChannelLayer, number: int) -> asyncio.Future[list[None]]:
    each = (layer.group_send(f"group-{n % 5}", {"type": "x", "number": n}) for n in range(number))
    return asyncio.gather(*each)


async def test_what_is_sent_at_once_arrives_in_its_order_and_once(layer):
    channel = await listening(layer, *(f"group-{n}" for n in range(5)))
    await send_all(layer, 100)
    await send_all(layer, 3)
    assert await heard(layer, channel, 103) == [*range(100), 0, 1, 2]
    await layer.flush()


async def test_what_is_sent_at_once_takes_one_round_trip(layer, monkeypatch):
    trips, execute = [], Pipeline.execute

    async def counted(pipeline, *args, **options):
        trips.append(len(pipeline))
        return await execute(pipeline, *args, **options)

    monkeypatch.setattr(Pipeline, "execute", counted)
    await send_all(layer, 500)
    assert trips == [500]
    await layer.flush()


async def test_everybody_learns_that_redis_is_away():
    layer = PipeliningChannelLayer(hosts=["redis://127.0.0.1:1/0"])
    each = (layer.group_send("group", {"type": "x"}) for _ in range(3))
    errors = await asyncio.gather(*each, return_exceptions=True)
    assert [isinstance(error, redis.ConnectionError) for error in errors] == [True] * 3


async def test_who_gives_up_before_their_turn_leaves_the_way_free_for_the_next(layer):
    channel = await listening(layer, "group-0")
    given_up = asyncio.create_task(layer.group_send("group-0", {"type": "x", "number": 1}))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    await layer.group_send("group-0", {"type": "x", "number": 2})
    assert await heard(layer, channel, 1) == [2]
    await layer.flush()
