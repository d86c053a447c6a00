"""How many people are matched per minute, and whether that changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from matching.stats.tickets import Seen

# Minutes drawn, and the two halves that are compared at their end.
MINUTES, HALF = 30, 10
# People in both halves below which a difference is luck, and how many standard errors make it none.
FEWEST, SIGNIFICANT = 10, 1.96


class Trend(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Rate:
    """`minutes` are the people matched in each of the last thirty, the oldest first; `teams` those of them all."""

    per_minute: float
    before: float
    trend: Trend
    minutes: tuple[int, ...]
    teams: int


def match_rate(tickets: Iterable[Seen]) -> Rate:
    """Per minute over the last ten, against the ten `before`."""
    minutes, rooms = [0] * MINUTES, set()
    for ticket in tickets:
        if ticket.is_matched and ticket.ended is not None and ticket.ended < MINUTES * 60:
            minutes[MINUTES - 1 - int(max(0.0, ticket.ended) // 60)] += 1
            rooms.add(ticket.room)
    last, before = sum(minutes[-HALF:]), sum(minutes[-2 * HALF : -HALF])
    return Rate(last / HALF, before / HALF, _trend(last, before), tuple(minutes), len(rooms))


def _trend(last: int, before: int) -> Trend:
    """Two counts of a Poisson process differ by luck by the root of their sum (Przyborowski & Wilenski 1940)."""
    if last + before < FEWEST:
        return Trend.TOO_FEW
    deviation = (last - before) / sqrt(last + before)
    if abs(deviation) < SIGNIFICANT:
        return Trend.STEADY
    return Trend.RISING if deviation > 0 else Trend.FALLING
