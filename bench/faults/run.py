"""The run itself, in two parts. Imported once Django may be set up, since it needs the models."""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import IO, Any

import redis
from django.core.management import call_command
from django.db.models import Max

from bench import bars, servers
from bench.bars import Bar
from bench.faults import census, teams
from bench.faults.victim import Worker
from echoroom.outbox.models import Delivery

WITHIN = 60.0
# A kill at the right moment is a matter of luck: so many rounds at most for each one that counts.
TRIES = 3
LONGEST_JITTER = 0.08
LOG = bars.RESULTS / "kill-run.log"
SWEEPLESS = "--app bench.faults.sweepless"


@dataclass
class Part:
    name: str
    rooms: int = 0
    kills: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0
    census: census.Census | None = None
    # Of the lost: what the sweep found once it was on again.
    found_again: int = 0


def run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """0 when every bar was held, else 1."""
    call_command("migrate", verbosity=0, interactive=False)
    bars.RESULTS.mkdir(parents=True, exist_ok=True)
    LOG.write_bytes(b"")
    print(f"seed {options.seed}, load {os.getloadavg()[0]:.1f}", flush=True)
    swept = _part("with the sweep", options, environment, beat=servers.procfile()["beat"])
    unswept = _part("with the sweep off", options, environment, beat=_without_sweep(servers.procfile()["beat"]))
    verdict = [*_bars_of(swept, options), *_control(unswept, options)]
    facts = {"seed": options.seed, "parts": [asdict(part) for part in (swept, unswept)]}
    print("\n" + bars.table(verdict))
    print(f"\nwritten to {bars.write('kill-run', verdict, facts)}")
    return 0 if all(bar.held for bar in verdict) else 1


def _without_sweep(beat: str) -> str:
    assert "--app echoroom" in beat
    return beat.replace("--app echoroom", SWEEPLESS)


def _part(name: str, options: argparse.Namespace, environment: dict[str, str], *, beat: str) -> Part:
    redis.Redis.from_url(environment["REDIS_URL"]).flushdb()
    since = Delivery.objects.aggregate(last=Max("pk"))["last"] or 0
    dice = random.Random(options.seed)
    world = teams.make_world(dice, name)
    part, began = Part(name), time.monotonic()
    with (
        LOG.open("ab") as log,
        servers.running(beat, environment=environment, log=log),
        _killable(environment, log) as worker,
    ):
        for number in range(1, TRIES * options.kills + 1):
            _round(part, worker, world, options.rooms, dice)
            print(f"{name}: round {number}, {_said(part)}", flush=True)
            if len(part.kills) == options.kills:
                break
        _wait_until_nothing_is_owed(since)
        part.seconds = time.monotonic() - began
        part.census = census.take(world.event, since)
        if beat != servers.procfile()["beat"]:
            part.found_again = _with_the_sweep_on_again(environment, log, since)
    return part


def _with_the_sweep_on_again(environment: dict[str, str], log: IO[bytes], since: int) -> int:
    """How many of the lost deliveries are made then."""
    owed = Delivery.objects.filter(pk__gt=since).owed()
    lost = owed.count()
    schedule = {"BEAT_SCHEDULE": f"{environment['BEAT_SCHEDULE']}-swept"}
    with servers.running(servers.procfile()["beat"], environment=environment | schedule, log=log):
        _wait_until_nothing_is_owed(since)
    return lost - owed.count()


@contextmanager
def _killable(environment: dict[str, str], log: IO[bytes]) -> Iterator[Worker]:
    worker = Worker(environment, log=log)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def _round(part: Part, worker: Worker, world: teams.World, rooms: int, dice: random.Random) -> None:
    """Completes rooms in a burst, kills the worker somewhere within it, and starts it again."""
    worker.wait_until_ready()
    # It has some seconds now: a worker that never lived longer than a burst would only show that nobody works.
    burst = teams.prepared(world, rooms, dice)
    moment, jitter = dice.randrange(rooms), dice.uniform(0, LONGEST_JITTER)
    has_killed = False
    for number, room in enumerate(burst):
        teams.complete(room, dice)
        if number == moment:
            time.sleep(jitter)
        if number >= moment and not has_killed:
            has_killed = _kill_if_something_is_due(part, worker)
    part.rooms += rooms


def _kill_if_something_is_due(part: Part, worker: Worker) -> bool:
    due = list(Delivery.objects.owed().values_list("receiver", flat=True))
    if not due:
        return False
    processes = worker.kill()
    left = Delivery.objects.owed().count()
    worker.start()
    if left:
        part.kills.append({"due": left, "processes": processes})
    return True


def _said(part: Part) -> str:
    last = part.kills[-1] if part.kills else {"due": 0, "processes": 0}
    return f"{len(part.kills)} kills, at the last {last['due']} deliveries due, {last['processes']} processes killed"


def _wait_until_nothing_is_owed(since: int) -> None:
    owed = Delivery.objects.filter(pk__gt=since).owed()
    for second in range(int(WITHIN)):
        if not (left := owed.count()):
            return
        if second % 10 == 0:
            print(f"  {left} deliveries owed", flush=True)
        time.sleep(1)


def _bars_of(part: Part, options: argparse.Namespace) -> list[Bar]:
    found = part.census
    assert found is not None
    return [
        bars.all_of("Kills while deliveries were due", len(part.kills), options.kills),
        bars.all_of("Completed rooms", found.rooms, part.rooms),
        bars.all_of("Rooms whose map was made exactly once", found.mapped_once, found.rooms),
        bars.none_of("Maps made beyond that, by the audit journal", found.surplus_maps),
        bars.all_of("Deliveries that were made", found.delivered, found.deliveries),
        bars.none_of("Deliveries that were given up", found.parked),
        bars.all_of(
            "Badges due that were awarded", found.expected_badges - len(found.missing_badges), found.expected_badges
        ),
        bars.none_of("Badges awarded twice or not due", len(found.surplus_badges)),
        bars.at_most("Slowest map, from the end of its room", found.slowest_map, WITHIN, "s"),
        bars.at_most("Slowest badge, from the end of its room", found.slowest_badge, WITHIN, "s"),
        bars.at_most(
            "Slowest delivery, from the end of its room", max(found.slowest.values(), default=0.0), WITHIN, "s"
        ),
        bars.at_most("Everything made, from the end of the last room", max(0.0, found.after_the_end), WITHIN, "s"),
    ]


def _control(part: Part, options: argparse.Namespace) -> list[Bar]:
    found = part.census
    assert found is not None
    lost = found.deliveries - found.delivered
    return [
        bars.all_of("With the sweep off: kills while deliveries were due", len(part.kills), options.kills),
        Bar("With the sweep off: a loss is seen", f"{'yes' if lost else 'no'}, {lost} deliveries", "yes", lost > 0),
        bars.all_of("With the sweep on again: lost deliveries that were made", part.found_again, lost),
        Bar("With the sweep off: rooms without a map", str(found.rooms - found.mapped_once), "reported", True),
        Bar("With the sweep off: badges missing", str(len(found.missing_badges)), "reported", True),
    ]
