"""What a queue's own history says to who waits in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

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
