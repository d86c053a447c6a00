"""One room of five that is played over HTTP, and how long each change takes to its members' sockets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.sockets.crowd import Heard, Listener
from bench.sockets.places import DECISIONS, Place

PATIENCE = 5.0
REASON = "If the others are wrong we lose a day; if the one is right we lose people."


@dataclass
class Measured:
    """Seconds from sending the request, and from its answer (0 if the frame came first), for each member."""

    changes: int = 0
    from_request: list[float] = field(default_factory=list)
    from_answer: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    missed: int = 0


@dataclass(frozen=True)
class Move:
    by: Place
    path: str
    body: dict[str, Any]


def moves(team: Sequence[Place]) -> Iterator[Move]:
    """A whole game: each decision voted on twice and committed, by one member after another."""
    room = team[0].room
    for decision in range(1, DECISIONS + 1):
        asked = {"room": room, "decision": decision, "option": "A"}
        for again in (False, True):
            if again:
                by = team[decision % len(team)]
                yield Move(by, f"/api/rooms/{room}/revote", {"decision": decision})
            yield from (Move(by, "/api/vote", {**asked, "justification": REASON}) for by in team)
        yield Move(team[decision % len(team)], "/api/commit", asked)


class Ears:
    """When each member's socket first told of a version of the room."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._topic = f"room:{listeners[0].place.room}"
        self._newest = [(0, 0.0)] * len(listeners)
        self._changed = asyncio.Event()
        self.version = 0
        self.times: dict[int, float] = {}
        for number, listener in enumerate(listeners):
            listener.heard = self._hearing(number)

    def _hearing(self, number: int) -> Heard:
        def heard(topic: str, version: int, at: float) -> None:
            if topic == self._topic and version >= self.version and number not in self.times:
                self.times[number] = at
                self._changed.set()
            if topic == self._topic and version > self._newest[number][0]:
                self._newest[number] = (version, at)

        return heard

    def expect(self, version: int) -> None:
        """Also of what came before the answer that named the version."""
        self.version = version
        self.times = {n: at for n, (newest, at) in enumerate(self._newest) if newest >= version}

    async def all_of_them(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                while len(self.times) < len(self._newest):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True


async def play(url: str, listeners: Sequence[Listener], *, per_second: float) -> Measured:
    """A game at a steady pace: the next change is made when all have heard of the last one, or have missed it."""
    measured, ears = Measured(), Ears(listeners)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
        for move in moves([listener.place for listener in listeners]):
            begun = time.perf_counter()
            ears.expect(1 << 60)
            answer = await client.post(move.path, json=move.body, headers={"Authorization": f"Seat {move.by.token}"})
            answered = time.perf_counter()
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"{move.path} answered {answer.status_code}: {answer.text}")
            ears.expect(answer.json()["version"])
            if not await ears.all_of_them():
                measured.missed += 1
            _note(measured, ears, begun, answered)
            await asyncio.sleep(max(0.0, begun + 1 / per_second - time.perf_counter()))
    return measured


def _note(measured: Measured, ears: Ears, begun: float, answered: float) -> None:
    measured.changes += 1
    measured.requests.append(answered - begun)
    measured.from_request += [at - begun for at in ears.times.values()]
    measured.from_answer += [max(0.0, at - answered) for at in ears.times.values()]
