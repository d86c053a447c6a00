"""The channel layer of embedded mode."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from channels.layers import InMemoryChannelLayer


class LoopBoundInMemoryChannelLayer(InMemoryChannelLayer):
    """Its queues belong to the event loop of the sockets: a send from elsewhere is carried out there.

    asyncio's queues are not thread-safe: without this a consumer is not woken by what another thread puts in.
    """

    _home: asyncio.AbstractEventLoop | None = None

    async def new_channel(self, prefix: str = "specific.") -> Any:
        # Only sockets ask for a channel of their own.
        self._home = asyncio.get_running_loop()
        return await super().new_channel(prefix)

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        await self._at_home(super().send, channel, message)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._at_home(super().group_send, group, message)

    async def _at_home(
        self, send: Callable[[str, dict[str, Any]], Awaitable[None]], name: str, message: dict[str, Any]
    ) -> None:
        home = self._home
        if home is None or home.is_closed() or home is asyncio.get_running_loop():
            await send(name, message)
            return

        async def sent_at_home() -> None:
            await send(name, message)

        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(sent_at_home(), home))
