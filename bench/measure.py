"""What is measured, against what, and the bar: interleaved rounds, medians, ratios."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from bench import load, seed
from bench.seed import REASON, SeatToPlay, World


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """`make(n)` gives n requests that each do the same work once. `bar` is the least share of the twin's rate."""

    name: str
    bar: float
    expected: int
    make: Callable[[int], list[bytes]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    case: str
    clients: int
    rate: float
    floor_rate: float
    ratio: float
    p50_ms: float
    p95_ms: float
    bar: float

    @property
    def held(self) -> bool:
        return self.ratio >= self.bar


def cases(world: World, *, etag: Callable[[SeatToPlay], str]) -> list[Case]:
    def votes(count: int) -> list[bytes]:
        return [_post("/api/vote", seat, justification=REASON) for seat in seed.rooms_in_voting(world, count)]

    def commits(count: int) -> list[bytes]:
        return [_post("/api/commit", seat) for seat in seed.rooms_revealed(world, count)]

    readers = seed.rooms_revealed(world, 600)

    def reads(count: int) -> list[bytes]:
        return [_get(readers[number % len(readers)]) for number in range(count)]

    def unchanged(count: int) -> list[bytes]:
        tags = [etag(seat) for seat in readers]
        return [_get(readers[n % len(readers)], f"If-None-Match: {tags[n % len(readers)]}") for n in range(count)]

    return [
        Case(name="POST /api/vote", bar=0.40, expected=200, make=votes),
        Case(name="GET /api/rooms/{code}, not modified", bar=0.40, expected=304, make=unchanged),
        Case(name="GET /api/rooms/{code}, modified", bar=0.30, expected=200, make=reads),
        Case(name="POST /api/commit", bar=0.35, expected=200, make=commits),
    ]


def _post(path: str, seat: SeatToPlay, **fields: str) -> bytes:
    body = orjson.dumps({"room": seat.room, "decision": 1, "option": "A", **fields})
    return load.request_bytes("POST", path, token=seat.token, body=body)


def _get(seat: SeatToPlay, *headers: str) -> bytes:
    return load.request_bytes("GET", f"/api/rooms/{seat.room}", token=seat.token, headers=headers)


def compare(case: Case, *, app: int, floor: int, clients: int, rounds: int, requests: int) -> Result:
    """Interleave the rounds, so that what else the machine does falls on both sides alike."""
    app_runs, floor_runs = [], []
    for _ in range(rounds):
        app_runs.append(_run(case, app, clients, requests))
        floor_runs.append(_run(case, floor, clients, requests))
    rate, floor_rate = _median_rate(app_runs), _median_rate(floor_runs)
    return Result(
        case=case.name,
        clients=clients,
        rate=rate,
        floor_rate=floor_rate,
        ratio=rate / floor_rate,
        p50_ms=statistics.median(run.percentile(0.50) for run in app_runs) * 1000,
        p95_ms=statistics.median(run.percentile(0.95) for run in app_runs) * 1000,
        bar=case.bar,
    )


def _run(case: Case, port: int, clients: int, requests: int) -> load.Measured:
    measured = load.run(port, case.make(requests), clients=clients, expected=case.expected)
    if measured.unexpected:
        raise RuntimeError(f"{case.name} on port {port} answered {measured.unexpected} beside {case.expected}.")
    return measured


def _median_rate(runs: Sequence[load.Measured]) -> float:
    return statistics.median(run.rate for run in runs)
