from __future__ import annotations

import asyncio
from typing import Any

Message = dict[str, Any]


class Outgoing:
    """What waits to be sent to one client: the newest message of each topic.

    A client that reads slowly skips versions instead of filling the server's memory.
    """

    LIMIT = 64

    def __init__(self) -> None:
        self._waiting: dict[str, Message] = {}
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: Message) -> None:
        key = str(message.get("topic") or message.get("code"))
        older = self._waiting.get(key)
        if older is not None and not _supersedes(message, older):
            return
        if older is None and len(self._waiting) >= self.LIMIT:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting[key] = message
        self._filled.set()

    async def next(self) -> Message:
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        return self._waiting.pop(next(iter(self._waiting)))


def _supersedes(message: Message, older: Message) -> bool:
    if "version" not in message or "version" not in older:
        return True
    if message["type"] == "beat":
        # The announcement of the same version says more.
        return bool(message["version"] > older["version"])
    return bool(message["version"] >= older["version"])
