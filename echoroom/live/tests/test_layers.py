from __future__ import annotations

import asyncio
import threading
import time

from echoroom.live.layers import LoopBoundInMemoryChannelLayer


async def test_a_send_from_another_thread_wakes_the_receiver():
    layer = LoopBoundInMemoryChannelLayer()
    channel = await layer.new_channel()
    await layer.group_add("doors", channel)
    waits = []

    def send_from_a_loop_of_its_own(number: int) -> None:
        asyncio.run(layer.group_send("doors", {"type": "x", "sent": time.perf_counter(), "number": number}))

    for number in range(20):
        receiving = asyncio.create_task(layer.receive(channel))
        await asyncio.sleep(0)
        thread = threading.Thread(target=send_from_a_loop_of_its_own, args=(number,))
        thread.start()
        message = await asyncio.wait_for(receiving, 2)
        waits.append(time.perf_counter() - message["sent"])
        await asyncio.to_thread(thread.join)
        assert message["number"] == number
    # Without the hop a receiver sleeps until something else wakes its loop.
    assert sorted(waits)[10] < 0.05


def test_a_layer_whose_sockets_are_gone_still_takes_messages():
    layer = LoopBoundInMemoryChannelLayer()
    asyncio.run(layer.new_channel())
    asyncio.run(layer.group_send("doors", {"type": "x"}))
    asyncio.run(layer.send("somebody", {"type": "x"}))
