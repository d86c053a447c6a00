"""Forms teams out of who waits, in order of arrival. A better former replaces `form_teams` and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    ticket_id: UUID
    participant_id: UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """`teams` get a room each; `left_over` have waited long enough to be told or seated elsewhere."""

    teams: list[list[Waiting]]
    left_over: list[Waiting]


def form_teams(queue: Sequence[Waiting], *, minimum: int, size: int, patience: timedelta, now: datetime) -> Plan:
    """Teams of the ideal `size` first; who is left over makes a smaller one once the longest wait exceeds `patience`.

    `queue` is in order of arrival. Whoever remains and has lost patience cannot be placed among those who wait.
    """
    whole = len(queue) - len(queue) % size
    teams = [list(queue[start : start + size]) for start in range(0, whole, size)]
    rest = list(queue[whole:])
    impatient = [person for person in rest if now - person.since >= patience]
    if impatient and len(rest) >= minimum:
        return Plan([*teams, rest], [])
    return Plan(teams, impatient)
