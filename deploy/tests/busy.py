"""`python -m deploy.tests.busy`: people and rooms in the database of a running stack, whose work falls due on demand.

Says in JSON who may listen where; then completes one room more for each line that it reads; at the end of its input it
waits until nothing is owed and says what the workers made of it.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any

import django
import orjson

from deploy.stack import ROOT

ROOMS = 8
LISTENERS = 3
PATIENCE = 60


@dataclass(frozen=True)
class Busy:
    process: subprocess.Popen[bytes]
    link: str
    room: str
    tokens: list[str]

    def complete(self, rooms: int) -> None:
        """The last commits of so many rooms: a map and badges are due for each."""
        for _ in range(rooms):
            _file(self.process.stdin).write(b"\n")
            _file(self.process.stdin).flush()
            assert _file(self.process.stdout).readline() == b"completed\n"

    def census(self) -> dict[str, Any]:
        _file(self.process.stdin).close()
        found: dict[str, Any] = orjson.loads(_file(self.process.stdout).readline())
        return found


@contextmanager
def busy(environment: Mapping[str, str]) -> Iterator[Busy]:
    command = [sys.executable, "-m", "deploy.tests.busy"]
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield Busy(process, **orjson.loads(_file(process.stdout).readline()))
        finally:
            process.terminate()


def _file(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def main() -> None:
    django.setup()
    from bench.faults import census, teams
    from echoroom.events.models import EventCode
    from echoroom.events.services.seats import issue_token, seat_of
    from echoroom.outbox.models import Delivery
    from rooms.services import seating

    dice = random.Random(1)
    world = teams.make_world(dice, "Restart")
    talking, playing = world.people[-LISTENERS:], replace(world, people=world.people[:-LISTENERS])
    room = seating.open_room(by=None, quest=world.quests[0], participant_ids=[person.pk for person in talking])
    code = EventCode.objects.create(event=world.event, code="RESTART")
    rooms = teams.prepared(playing, ROOMS, dice)
    tokens = [issue_token(by=seat_of(person)) for person in talking]
    _say(orjson.dumps({"link": code.link_token, "room": room.code, "tokens": tokens}).decode())
    for _ in sys.stdin:
        teams.complete(rooms.pop(), dice)
        _say("completed")
    deadline = time.monotonic() + PATIENCE
    while Delivery.objects.owed().exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    _say(orjson.dumps(census.take(world.event, since=0)).decode())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
