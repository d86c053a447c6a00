"""How many waits end in a team, and how many of the forecasts held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matching.stats.tickets import Outcome, Seen


@dataclass(frozen=True, slots=True)
class Success:
    """How waits ended. Who went to practice or whose quest was closed is no part of it."""

    matched: int
    left: int
    expired: int
    no_team: int

    @property
    def ended(self) -> int:
        return self.matched + self.lost

    @property
    def lost(self) -> int:
        return self.left + self.expired + self.no_team

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None before anybody's wait has ended."""
        return self.matched / self.ended if self.ended else None


def success_of(tickets: Iterable[Seen], *, within: float) -> Success:
    """Of the waits that ended within so many seconds."""
    ends = Counter(ticket.outcome for ticket in tickets if ticket.ended_within(within))
    return Success(ends[Outcome.MATCHED], ends[Outcome.LEFT], ends[Outcome.EXPIRED], ends[Outcome.NO_TEAM])


@dataclass(frozen=True, slots=True)
class Held:
    """Of a group's `forecasts` that have come true or not by now so many did: about nine in ten should."""

    group: str
    forecasts: int
    under: int

    @property
    def share(self) -> float:
        return self.under / self.forecasts


def calibration_of(tickets: Iterable[Seen]) -> list[Held]:
    """By group, the largest first.

    Who still waits past their p90 is over it. Who left before it, or waits for less, proves nothing and is left out.
    """
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for ticket in tickets:
        if ticket.p90 is None:
            continue
        is_over = ticket.since_joined > ticket.p90
        if ticket.is_matched or is_over:
            groups[ticket.group].append(not is_over)
    rows = [Held(group, len(held), sum(held)) for group, held in groups.items()]
    return sorted(rows, key=lambda row: (-row.forecasts, row.group))
