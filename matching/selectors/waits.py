"""What a queue's own history says: to who waits in it, and to organisers about how true it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from matching.forecast import Asked, CannotSay, Forecast, Wait, forecast, history_of
from matching.models import Queue, Ticket


def said_to(
    queue: Queue | None, *, group: str, moment: datetime, joined: datetime | None = None
) -> Forecast | CannotSay:
    """The forecast for a group as its queue stands; no query. `joined`: since when who asks waits in it, if they do."""
    since = joined.timestamp() if joined else None
    asked = Asked(group, moment.timestamp(), since, held=bool(queue and queue.held_at))
    return forecast(history_of(queue.forecast if queue else {}), asked)


def waits_of(tickets: QuerySet[Ticket], *, moment: datetime) -> Iterable[tuple[int | None, Wait]]:
    """Numbers and waits of tickets, in their order; one query.

    A wait counts from the joining at which its forecast was shown. Who went to practice with bots has found no team.
    """
    rows = tickets.values_list(
        "number", "group", "joined_at", "ended_at", "forecast_p90", "state", "room__practice__room_id"
    )
    for number, group, joined, ended, p90, state, practice in rows:
        waited = max(0.0, ((ended or moment) - joined).total_seconds())
        is_matched = state == Ticket.State.MATCHED and practice is None
        yield number, Wait(group, joined.timestamp(), waited, p90, is_matched)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How many of a group were shown a p90 that has come true or not by now, and of how many it did."""

    group: str
    forecasts: int
    under: int

    @property
    def share(self) -> float:
        return self.under / self.forecasts


def calibration(*, quest_id: UUID) -> list[Calibration]:
    """By group, the largest first; one query. About 90 % should be under.

    Who still waits past their p90 is over it. Who left before it, or waits for less, proves nothing and is left out.
    """
    shown = Ticket.objects.filter(quest_id=quest_id, forecast_p90__isnull=False).order_by("joined_at", "pk")
    waits: defaultdict[str, list[bool]] = defaultdict(list)
    for _, wait in waits_of(shown, moment=timezone.now()):
        if wait.is_matched or wait.is_over:
            waits[wait.group].append(not wait.is_over)
    rows = [Calibration(group, len(held), sum(held)) for group, held in waits.items()]
    return sorted(rows, key=lambda row: (-row.forecasts, row.group))
