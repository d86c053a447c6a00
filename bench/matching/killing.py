"""Two matchers form teams of five hundred people who join meanwhile; one of them is killed, round after round.

Each matcher is a process of its own that ticks as fast as it can. SIGKILL meets one of them while tickets wait; it is
not started again, and the other one goes on with what is left.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from bench import bars
from bench.bars import Bar
from bench.matching.crowd import Crowd, agree, clear, make_crowd
from bench.servers import ROOT
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from matching.models import MatchedTeam, Ticket
from matching.services.queueing import join_queue
from rooms.models import Membership, Room

PEOPLE, JOINERS, PATIENCE, WITHIN = 500, 4, 5, 60.0
MATCHER = """
import os, django
django.setup()
from uuid import UUID
from matching.services.ticking import tick_until_done
print("ready", flush=True)
while True:
    tick_until_done(quest_id=UUID(os.environ["QUEST"]))
"""


def run(*, kills: int, seed: int, environment: Mapping[str, str]) -> tuple[list[Bar], dict[str, Any]]:
    dice = random.Random(seed)
    crowd = make_crowd(PEOPLE, seed=seed, name="Faults", patience=PATIENCE)
    agree(crowd)
    violations: list[str] = []
    killed_busy = stuck = joined = 0
    slowest = 0.0
    for number in range(1, kills + 1):
        clear(crowd)
        waiting_at_kill, seconds = _round(crowd, environment, dice)
        left = _stuck(crowd)
        killed_busy += waiting_at_kill > 0
        stuck += left
        joined += Ticket.objects.filter(quest=crowd.quest).count()
        slowest = max(slowest, seconds)
        violations += _violations(crowd)
        print(f"round {number}: killed with {waiting_at_kill} waiting, done after {seconds:.1f} s", flush=True)
    facts = {"seed": seed, "violations": violations}
    return [
        bars.all_of("Kills while tickets waited", killed_busy, kills),
        bars.all_of("Joins that were answered", joined, kills * PEOPLE),
        bars.none_of("Violations: twice seated, half a match, too many in a room", len(violations)),
        bars.none_of(f"Tickets stuck over {WITHIN:g} s", stuck),
        bars.at_most("Everybody placed who can be, after the last join", slowest, WITHIN, "s"),
    ], facts


def _round(crowd: Crowd, environment: Mapping[str, str], dice: random.Random) -> tuple[int, float]:
    """How many waited when a matcher was killed, and after how many seconds from the last join nobody else could be."""
    people = dice.sample(crowd.people, len(crowd.people))
    matchers = [_matcher(crowd, environment) for _ in range(2)]
    try:
        for matcher in matchers:
            assert matcher.stdout is not None
            matcher.stdout.readline()
        threads = [threading.Thread(target=_join, args=(crowd, people[n::JOINERS])) for n in range(JOINERS)]
        for thread in threads:
            thread.start()
        _wait_for(crowd, tickets=dice.randrange(20, PEOPLE - 50))
        time.sleep(dice.uniform(0, 0.05))
        matchers[dice.randrange(2)].kill()
        waiting = Ticket.objects.waiting().filter(quest=crowd.quest).count()
        for thread in threads:
            thread.join()
        return waiting, _settle(crowd)
    finally:
        for matcher in matchers:
            matcher.kill()
            matcher.wait()


def _matcher(crowd: Crowd, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", MATCHER],
        cwd=ROOT,
        env={**os.environ, **environment, "QUEST": str(crowd.quest.pk)},
        stdout=subprocess.PIPE,
    )


def _join(crowd: Crowd, people: Sequence[Participant]) -> None:
    for person in people:
        join_queue(by=seat_of(person), quest_id=crowd.quest.pk)
    connection.close()


def _wait_for(crowd: Crowd, *, tickets: int) -> None:
    while Ticket.objects.filter(quest=crowd.quest).count() < tickets:
        time.sleep(0.002)


def _settle(crowd: Crowd) -> float:
    """Until fewer people wait than a team needs, or for as long as it may take."""
    content = crowd.quest.current
    assert content is not None
    began = time.monotonic()
    while time.monotonic() - began < WITHIN:
        waiting = Ticket.objects.waiting().filter(quest=crowd.quest)
        if waiting.count() < content.team_min:
            break
        time.sleep(0.1)
    return time.monotonic() - began


def _stuck(crowd: Crowd) -> int:
    """Tickets that still wait although a team could be made of them."""
    waiting = Ticket.objects.waiting().filter(quest=crowd.quest).count()
    content = crowd.quest.current
    assert content is not None
    return waiting if waiting >= content.team_min else 0


def _violations(crowd: Crowd) -> list[str]:
    """What must never be, counted in the tables."""
    seats = Membership.objects.filter(room__quest=crowd.quest, is_playing=True)
    twice = seats.values("participant").annotate(n=Count("pk")).filter(n__gt=1)
    matched = Ticket.objects.filter(quest=crowd.quest, state=Ticket.State.MATCHED)
    seated = set(seats.values_list("participant_id", "room_id"))
    rooms = Room.objects.filter(quest=crowd.quest).annotate(n=Count("memberships", filter=Q(memberships__left_at=None)))
    explained = set(MatchedTeam.objects.filter(room__quest=crowd.quest).values_list("room_id", flat=True))
    led_to = [(number, tuple(seat)) for number, *seat in matched.values_list("number", "participant_id", "room_id")]
    return [
        *(f"{row['participant']} sits twice" for row in twice),
        *(f"ticket {number} has no seat" for number, seat in led_to if seat not in seated),
        *(f"room {room.code} has {room.n} people" for room in rooms if not 2 <= room.n <= room.capacity),  # type: ignore[attr-defined]
        *(f"room {room.code} has no reasons" for room in rooms if room.pk not in explained),
        *([f"{len(seated)} seats, {matched.count()} matched tickets"] if len(seated) != matched.count() else []),
    ]
