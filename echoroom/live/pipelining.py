"""The channel layer of production: Redis, which is told of everything that happens at once in one round trip."""

from __future__ import annotations

import asyncio
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer


class PipeliningChannelLayer(RedisPubSubChannelLayer):
    """Messages to groups that are sent in one turn of the event loop go out together, in their order.

    A tick that seats a thousand people tells each of them: a round trip for each took as long as the tick itself. Only
    for those who give up together: whoever does takes what the others sent in that turn with them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # By connection: what it is to send next, and the task that does so in the next turn.
        self._leaving: dict[Any, tuple[list[tuple[str, bytes]], asyncio.Task[None]]] = {}

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        layer = self._get_layer()
        name = layer._get_group_channel_name(group)
        connection = layer._get_shard(name)
        if connection not in self._leaving:
            task = asyncio.create_task(self._send(connection))
            self._leaving[connection] = ([], task)
            # However it ends: a task that was cancelled before its turn has taken nothing.
            task.add_done_callback(lambda done: self._forget(connection, done))
        messages, task = self._leaving[connection]
        messages.append((name, self.serialize(message)))
        # Whoever gives up waiting stops it for all: it would hold the connection for as long as Redis is silent.
        await task

    async def _send(self, connection: Any) -> None:
        messages, _ = self._leaving.pop(connection)
        async with connection._lock:
            connection._ensure_redis()
            async with connection._redis.pipeline(transaction=False) as pipeline:
                for name, message in messages:
                    pipeline.publish(name, message)
                await pipeline.execute()

    def _forget(self, connection: Any, done: asyncio.Task[None]) -> None:
        if connection in self._leaving and self._leaving[connection][1] is done:
            del self._leaving[connection]
