"""All of a queue's figures at one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.forecast.groups import can_meet
from matching.stats.advice import Advice, Facts, Stranded, advice_for
from matching.stats.health import Health, State, health_of
from matching.stats.rate import HALF, Rate, match_rate
from matching.stats.success import Held, Success, calibration_of, success_of
from matching.stats.tickets import Seen
from matching.stats.waits import Waits, waits_by_group, waits_of_all

# Seconds: waits and successes are those of the last hour, calibration takes what it is given.
WINDOW = 3600.0
LATELY = 900.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What the quest promises, and whether its queue is open and held (for so many seconds)."""

    minimum: int
    size: int
    patience: float
    promise: float
    held: float | None = None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    waiting: int
    all_waits: Waits
    waits: list[Waits]
    rate: Rate
    success: Success
    calibration: list[Held]
    health: Health
    advice: list[Advice]


def figures_of(tickets: Sequence[Seen], terms: Terms, *, unfitting: int, label: Callable[[str], str] = str) -> Figures:
    """`unfitting` of those who have waited past the promise fit into no team; `label` names a group in words."""
    recent = [ticket for ticket in tickets if ticket.is_waiting or ticket.ended_within(WINDOW)]
    waiting = [ticket for ticket in recent if ticket.is_waiting]
    overdue = sum(ticket.waited > terms.promise for ticket in waiting)
    longest = max((ticket.waited for ticket in waiting), default=0.0)
    lately = success_of(recent, within=LATELY)
    facts = Facts(
        waiting=len(waiting),
        longest=longest,
        overdue=overdue,
        unfitting=min(unfitting, overdue),
        minimum=terms.minimum,
        size=terms.size,
        patience=terms.patience,
        joined=sum(_came_lately(ticket) for ticket in recent),
        matched=sum(ticket.is_matched and ticket.ended_within(HALF * 60) for ticket in recent),
        no_team=lately.no_team,
        team_sizes=list(Counter(ticket.room for ticket in recent if ticket.is_matched and ticket.room).values()),
        stranded=_stranded(waiting, terms.minimum, label),
        held=terms.held,
        is_open=terms.is_open,
    )
    state = State(
        waiting=len(waiting),
        longest=longest,
        overdue=overdue,
        unfitting=facts.unfitting,
        minimum=terms.minimum,
        promise=terms.promise,
        lately=lately,
        held=terms.held,
        is_open=terms.is_open,
    )
    return Figures(
        waiting=len(waiting),
        all_waits=waits_of_all(recent),
        waits=waits_by_group(recent),
        rate=match_rate(recent),
        success=success_of(recent, within=WINDOW),
        calibration=calibration_of(tickets),
        health=health_of(state),
        advice=advice_for(facts),
    )


def _came_lately(ticket: Seen) -> bool:
    return ticket.since_joined + (ticket.ended or 0.0) <= HALF * 60


def _stranded(waiting: Sequence[Seen], minimum: int, label: Callable[[str], str]) -> list[Stranded]:
    """Groups too small for a team of their own, and in no team with anybody else who waits, while others are here."""
    groups = Counter(ticket.group for ticket in waiting)
    return [
        Stranded(label(group), number, max(ticket.waited for ticket in waiting if ticket.group == group))
        for group, number in sorted(groups.items())
        if number < minimum
        and len(groups) > 1
        and not any(can_meet(group, other) for other in groups if other != group)
    ]
