"""Keeps a queue's forecast: renewed by the tick, read by who joins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from matching.forecast import Forecast, History, Wait, history_of, updated
from matching.models import Queue, Ticket
from matching.selectors.waits import said_to, waits_of

EVERY = timedelta(seconds=5)
# Tickets looked at in one go: of those that have ended the newest, of those that wait the oldest.
MOST_TICKETS = 400
# A clock that lags this far behind another server's loses no ticket.
OVERLAP = timedelta(seconds=10)


def refresh_forecast(*, by: None = None, queue: Queue, minimum: int | None = None) -> None:
    """Renew the forecast of a locked queue, every five seconds at most; two reads and one write.

    What has ended since the last time is added, who waits now is seen anew. `minimum`: the quest's smallest team, where
    the caller knows it.
    """
    now = timezone.now()
    if queue.forecast_at and timedelta(0) <= now - queue.forecast_at < EVERY:
        return
    history = history_of(queue.forecast)
    history.minimum = minimum or history.minimum
    waiting = Ticket.objects.waiting().filter(quest_id=queue.pk).order_by("waits_since", "pk")[:MOST_TICKETS]
    still = [wait for _, wait in waits_of(waiting, moment=now)]
    renewed = updated(history, ended=_take_ended(queue, history, now), waiting=still, now=now.timestamp())
    queue.forecast, queue.forecast_at = renewed.as_json(), now
    Queue.objects.filter(pk=queue.pk).update(forecast=queue.forecast, forecast_at=now)


def _take_ended(queue: Queue, history: History, now: datetime) -> list[Wait]:
    """Tickets that have ended and were not counted yet, oldest first; the history notes that they are."""
    since = datetime.fromtimestamp(history.at, UTC) - OVERLAP
    ended = Ticket.objects.filter(quest_id=queue.pk, ended_at__gte=since).order_by("-ended_at", "-pk")[:MOST_TICKETS]
    # Newest first: of a rush that is too large to look at the oldest are left out.
    rows = list(waits_of(ended, moment=now))
    known = set(history.counted)
    taken = [wait for number, wait in rows if number not in known]
    next_since = (now - OVERLAP).timestamp()
    history.counted = [n for n, wait in rows if n is not None and wait.joined + wait.waited >= next_since]
    return taken[::-1]


def forecast_at_join(queue: Queue, /, *, group: str) -> tuple[int | None, int | None]:
    """p50 and p90 in seconds for who joins a locked queue now, or None and None; without a query."""
    said = said_to(queue, group=group, moment=timezone.now())
    return (said.p50, said.p90) if isinstance(said, Forecast) else (None, None)
