"""How long a queue's people wait, by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from matching.forecast.survival import kaplan_meier
from matching.stats.tickets import Seen


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds; None where there is nothing to go by.

    `average` is over those who were matched. `p50` and `p90` also count who left or still waits, for as long as they
    did (Kaplan & Meier), and are None when so many never came into a team. `longest` is anybody's, `longest_now` that
    of who waits.
    """

    group: str
    waiting: int
    matched: int
    average: float | None
    p50: float | None
    p90: float | None
    longest: float | None
    longest_now: float | None


def waits_by_group(tickets: Iterable[Seen]) -> list[Waits]:
    """The group with most people first."""
    groups: defaultdict[str, list[Seen]] = defaultdict(list)
    for ticket in tickets:
        groups[ticket.group].append(ticket)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [waits_of_all(rows, group=group) for group, rows in ordered]


def waits_of_all(tickets: Sequence[Seen], *, group: str = "") -> Waits:
    now = [ticket.waited for ticket in tickets if ticket.is_waiting]
    matched = [ticket.waited for ticket in tickets if ticket.is_matched]
    everybody = [ticket.waited for ticket in tickets]
    curve = kaplan_meier(everybody, [ticket.is_matched for ticket in tickets])
    return Waits(
        group=group,
        waiting=len(now),
        matched=len(matched),
        average=fmean(matched) if matched else None,
        p50=curve.quantile(0.5),
        p90=curve.quantile(0.9),
        longest=max(everybody, default=None),
        longest_now=max(now, default=None),
    )
