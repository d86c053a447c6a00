"""The run itself. Imported once Django may be set up, since it needs the models."""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import redis
from django.core.management import call_command

from bench import bars, servers
from bench.bars import Bar
from bench.sockets import busy, places, stalled
from bench.sockets.crowd import Crowd, Listener

P95_MS = 100.0
IDLE_SECONDS = 120.0
# A ping after 20 s and 20 s for its answer; or 20 s for one message to leave, found at a beat at the latest.
STALLED_SECONDS = 60.0
# What stalled readers may add at p95 before they count as a cost.
COST_MS = 25.0


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """0 when every bar was held, else 1."""
    call_command("migrate", verbosity=0, interactive=False)
    redis.Redis.from_url(environment["REDIS_URL"]).flushdb()
    rooms = places.make_rooms(-(-options.sockets // places.TEAM))
    commands = servers.procfile()
    web, live = servers.free_port(), servers.free_port()
    with ExitStack() as stack:
        stack.enter_context(servers.running(commands["web"], environment=environment, port=web))
        server = stack.enter_context(servers.running(commands["live"], environment=environment, port=live))
        verdict, facts = asyncio.run(_Run(options, rooms, web, live, server.pid).measure())
    print("\n" + bars.table(verdict))
    print(f"\nwritten to {bars.write('sockets', verdict, facts)}")
    return 0 if all(bar.held for bar in verdict) else 1


class _Run:
    def __init__(
        self, options: argparse.Namespace, rooms: list[list[places.Place]], web: int, live: int, pid: int
    ) -> None:
        self._options = options
        self._rooms = rooms
        self._web = f"http://127.0.0.1:{web}"
        self._live = live
        self._pid = pid
        self._crowd = Crowd(f"ws://127.0.0.1:{live}/ws/live")

    async def measure(self) -> tuple[list[Bar], dict[str, Any]]:
        empty = memory_kb(self._pid)
        _say(f"opening {self._options.sockets} sockets")
        began = time.monotonic()
        seats = [seat for room in self._rooms for seat in room][: self._options.sockets]
        listeners = await self._crowd.open(seats)
        (silent,) = await self._crowd.open(seats[-1:], silent=True)
        opened = time.monotonic() - began
        each_kb = (memory_kb(self._pid) - empty) / len(listeners)
        _say(f"open after {opened:.0f} s, {each_kb:.0f} kB each; beats settle")
        await asyncio.sleep(10)
        cpu = cpu_seconds(self._pid)
        await asyncio.sleep(10)
        idle_cpu = (cpu_seconds(self._pid) - cpu) / 10
        _say(f"a room of five plays while {len(listeners) - places.TEAM} idle")
        alone = await busy.play(self._web, listeners[: places.TEAM], per_second=self._options.per_second)
        beside, readers = await self._beside_stalled_readers(listeners[places.TEAM : 2 * places.TEAM])
        await self._until_idle_for(IDLE_SECONDS + 1)
        verdict = [*_news(alone, beside), *_idle(listeners, silent), _closed(readers)]
        loads = {
            "idle_cpu_share": round(idle_cpu, 2),
            "kb_per_socket": round(each_kb, 1),
            "opened_in_s": round(opened, 1),
        }
        await self._crowd.close()
        return verdict, {
            **loads,
            "sockets": len(listeners),
            "alone": _figures(alone),
            "beside_stalled": _figures(beside),
            "stalled_closed_after_s": [reader.closed_after for reader in readers],
        }

    async def _beside_stalled_readers(self, team: Sequence[Listener]) -> tuple[busy.Measured, list[stalled.Stalled]]:
        count = self._options.stalled
        seats = [team[number % len(team)].place for number in range(count)]
        readers = await stalled.stall(self._live, seats)
        _say(f"another room plays beside {count} readers that have stalled")
        watching = asyncio.create_task(stalled.watch(readers, live_port=self._live, seconds=STALLED_SECONDS + 10))
        beside = await busy.play(self._web, team, per_second=self._options.per_second)
        _say("waiting for the server to let them go")
        await watching
        return beside, readers

    async def _until_idle_for(self, seconds: float) -> None:
        youngest = max(listener.opened_at for listener in self._crowd.listeners)
        if (left := youngest + seconds - time.monotonic()) > 0:
            _say(f"waiting {left:.0f} s until all have been idle for {seconds:.0f} s")
            await asyncio.sleep(left)


def _say(text: str) -> None:
    print(f"{text} … (load {os.getloadavg()[0]:.1f})", flush=True)


def _news(alone: busy.Measured, beside: busy.Measured) -> list[Bar]:
    quiet, stalled_beside = percentile(alone.from_answer, 95), percentile(beside.from_answer, 95)
    changes = min(alone.changes, beside.changes)
    whole = f"{percentile(alone.from_request, 95):.0f} and {percentile(beside.from_request, 95):.0f} ms"
    return [
        Bar("Changes in a room of five", f"{alone.changes} + {beside.changes}", "200 each", changes >= 200),
        bars.none_of("Changes that a member was not told of", alone.missed + beside.missed),
        bars.at_most("From a change's answer to its frame, p95", quiet, P95_MS, "ms"),
        bars.at_most("The same beside stalled readers, p95", stalled_beside, P95_MS, "ms"),
        bars.at_most("What they cost the others at p95", max(0.0, stalled_beside - quiet), COST_MS, "ms"),
        Bar("From the request to the frame, p95, without and with them", whole, "reported", True),
    ]


def _idle(listeners: Sequence[Listener], silent: Listener) -> list[Bar]:
    now = time.monotonic()
    lasting = [one for one in listeners if not one.closed and now - one.opened_at >= IDLE_SECONDS]
    gone = Counter(one.closed for one in listeners if one.closed)
    if gone:
        print(f"closed by the server: {dict(gone)}")
    is_open = not silent.closed
    return [
        bars.all_of(f"Sockets still open after {IDLE_SECONDS:.0f} s", len(lasting), len(listeners)),
        Bar("One that never said anything", "open" if is_open else f"closed: {silent.closed}", "open", is_open),
    ]


def _closed(readers: Sequence[stalled.Stalled]) -> Bar:
    times = [reader.closed_after for reader in readers if reader.closed_after is not None]
    slowest = max(times, default=0.0)
    held = len(times) == len(readers) > 0 and slowest <= STALLED_SECONDS
    said = f"{len(times)} of {len(readers)}, the last after {slowest:.0f} s"
    return Bar("Stalled readers that the server closed", said, f"all, {STALLED_SECONDS:.0f} s", held)


def _figures(measured: busy.Measured) -> dict[str, Any]:
    series = {"request": measured.requests, "to_frame": measured.from_request, "after_answer": measured.from_answer}
    shares = {
        name: {f"p{share}": round(percentile(times, share), 1) for share in (50, 95, 99)}
        for name, times in series.items()
    }
    return {"changes": measured.changes, "missed": measured.missed, **shares}


def percentile(seconds: Sequence[float], share: int) -> float:
    """Milliseconds, by the nearest rank: a time that was really measured."""
    ordered = sorted(seconds)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)] * 1000 if ordered else 0.0


def memory_kb(pid: int) -> int:
    """What the process holds in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
