"""One line about where the replay is: rewritten every second on a terminal, a new one every five elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from matching.replay.scripts import Script

if TYPE_CHECKING:
    from matching.replay.played import Played

REWRITE = "\r\x1b[K"


class Progress:
    """`write` takes text as it is, line breaks included."""

    def __init__(self, write: Callable[[str], object], *, is_terminal: bool) -> None:
        self._write = write
        self._is_terminal = is_terminal
        self._played: Played | None = None
        self._script: Script | None = None
        self._note = ""
        self._last = (0.0, 0)
        self.quests = 0

    def enter(self, script: Script) -> None:
        self._script = script
        self._note = f"{len(script.people)} people enter"

    def note(self, text: str) -> None:
        self._note = text

    @asynccontextmanager
    async def shown(self, played: Played) -> AsyncIterator[None]:
        self._played, self._last = played, (time.monotonic(), 0)
        task = asyncio.create_task(self._repeat())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            if self._is_terminal:
                self._write(REWRITE)

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(1 if self._is_terminal else 5)
            text = self._text()
            self._write(f"{REWRITE}{text}" if self._is_terminal else f"{text}\n")

    def line(self) -> None:
        """A line that stays, at the end of a quest."""
        self._note = ""
        self._write(f"{REWRITE if self._is_terminal else ''}{self._text()}\n")

    def _text(self) -> str:
        assert self._played is not None
        now, requests = time.monotonic(), self._played.measures.requests
        since, before = self._last
        # Too short a time says nothing about the rate.
        rate = (requests - before) / max(now - since, 0.5)
        self._last = (now, requests)
        return f"{self._where()} · {requests} requests, {rate:.0f}/s"

    def _where(self) -> str:
        if self._script is None or self._played is None:
            return "the first person enters"
        stages = self._played.stages
        head = f"quest {self._script.number} of {self.quests}"
        if self._note or not stages or stages[-1].script is not self._script:
            return f"{head}: {self._note}"
        stage = stages[-1]
        queued, done = len(stage.unplaced), len(stage.finished)
        playing = len(self._script.people) - queued - done
        finished = sum(1 for room in stage.rooms.values() if room.mapped_at)
        votes = sum(len(room.votes) for room in stage.rooms.values())
        return f"{head}: {queued} queue, {playing} play, {done} done · {votes} votes · {finished} maps"
