"""How long a tick takes end to end with the database, and a person from the last missing ticket to the room."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bench import bars, servers
from bench.bars import Bar
from bench.matching.crowd import Crowd, agree, clear, make_crowd, queue_up
from bench.matching.mingling import IN_A_LOBBY, LOBBIES, mingle
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from echoroom.outbox import dispatcher
from matching.models import Ticket
from matching.services.queueing import join_queue
from matching.services.ticking import tick_until_done

# People who wait, bar in seconds for the 95th percentile, ticks in each of the interleaved rounds.
SIZES = ((1_000, 0.2, 10), (10_000, 3.0, 2))
TEAM = 3
MATCH_BAR, MATCHES, LONGEST_MATCH = 1.0, 40, 10.0


def measure_ticks(*, rounds: int, seed: int) -> tuple[list[Bar], dict[str, Any]]:
    """Ticks over whole mixed queues, in this process, on the database that is configured."""
    crowd = make_crowd(max(people for people, *_ in SIZES) + LOBBIES * IN_A_LOBBY, seed=seed)
    # A matcher has ticked before, and does not keep ten thousand people for its collector of garbage to walk through.
    _tick_over(crowd, crowd.people[: SIZES[0][0]], seed=seed)
    gc.freeze()
    taken: dict[int, list[list[float]]] = {people: [] for people, *_ in SIZES}
    for number in range(rounds):
        for people, _, ticks in SIZES:
            waiting, first = crowd.people[:people], seed + 100 * number
            taken[people].append([_tick_over(crowd, waiting, seed=first + again) for again in range(ticks)])
            print(f"round {number + 1}: {people} tickets in {_p95(taken[people][-1]) * 1000:.0f} ms (p95)", flush=True)
    clear(crowd)
    return [_judged(people, bar, taken[people]) for people, bar, _ in SIZES], {"ticks_seconds": taken}


def _judged(people: int, bar: float, rounds: Sequence[Sequence[float]]) -> Bar:
    median = statistics.median(map(_p95, rounds)) * 1000
    return bars.at_most(f"Tick over {people:,} tickets, p95, median of rounds", median, bar * 1000, "ms", digits=0)


def _tick_over(crowd: Crowd, people: Sequence[Participant], *, seed: int) -> float:
    queue_up(crowd, people, seed=seed)
    mingle(crowd, people, crowd.people[-LOBBIES * IN_A_LOBBY :], seed=seed)
    # What making the queue has left is not the tick's to clear away.
    gc.collect()
    began = time.perf_counter()
    seated = tick_until_done(quest_id=crowd.quest.pk)
    taken = time.perf_counter() - began
    if not seated:
        raise RuntimeError("The tick seated nobody: there is nothing to measure.")
    dispatcher.stop(timeout=30)
    return taken


def measure_matches(environment: Mapping[str, str], *, seed: int) -> tuple[list[Bar], dict[str, Any]]:
    """With the Procfile's worker and beat: from the moment a team is feasible until its last person is matched."""
    dice = random.Random(seed)
    crowd = make_crowd(MATCHES * TEAM, seed=seed, name="Idle")
    agree(crowd)
    commands = servers.procfile()
    taken = []
    with (
        servers.running(commands["worker"], environment=environment),
        servers.running(commands["beat"], environment=environment),
    ):
        _wait_for_a_worker()
        for start in range(0, MATCHES * TEAM, TEAM):
            time.sleep(dice.uniform(0, 1))  # at any moment of the beat's second
            taken.append(_match(crowd, crowd.people[start : start + TEAM]))
    facts = {"matches_seconds": taken}
    return [bars.at_most("Last ticket to match, idle server, p95", _p95(taken), MATCH_BAR, "s", digits=2)], facts


def _match(crowd: Crowd, team: Sequence[Participant]) -> float:
    for person in team:
        join_queue(by=seat_of(person), quest_id=crowd.quest.pk)
    began = time.perf_counter()
    mine = Ticket.objects.filter(participant=team[-1], state=Ticket.State.MATCHED)
    while not mine.exists():
        if time.perf_counter() - began > LONGEST_MATCH:
            raise RuntimeError(f"Nobody was matched within {LONGEST_MATCH:g} s.")
        time.sleep(0.005)
    return time.perf_counter() - began


def _wait_for_a_worker() -> None:
    from celery import current_app  # noqa: PLC0415 - configured by the settings

    deadline = time.monotonic() + 60
    while not current_app.control.ping(timeout=0.3):
        if time.monotonic() > deadline:
            raise RuntimeError("No worker answered within a minute.")


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
