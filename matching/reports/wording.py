"""A report in words and as JSON, from the same figures as the console. Nothing by gender."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from echoroom.events.models import Event
from matching.forecast.words import duration
from matching.selectors.queue_figures import QueueFigures
from matching.stats.health import Status


def subject_of(event: Event, queues: Sequence[QueueFigures]) -> str:
    alarms = sum(queue.figures.health.status is Status.ALARM for queue in queues)
    waiting = sum(queue.figures.waiting for queue in queues)
    urgent = f"{alarms} need{'s' if alarms == 1 else ''} you, " if alarms else ""
    # A header is one line, whatever the event is called.
    return " ".join(f"{event.name}: {urgent}{waiting} waiting".split())


def text_of(event: Event, queues: Sequence[QueueFigures], *, at: datetime, console: str) -> str:
    """Plain text; times as the clocks at the event say."""
    head = f"Queues of {event.name}, {at.astimezone(event.zone):%d %b %Y, %H:%M}"
    parts = [head, *(_queue(queue) for queue in queues if queue.is_busy)]
    quiet = [queue.title for queue in queues if not queue.is_busy]
    if quiet:
        parts.append(f"Quiet: {', '.join(quiet)}.")
    return "\n\n".join([*parts, f"Live, and with what you can do: {console}"]) + "\n"


def _queue(queue: QueueFigures) -> str:
    figures = queue.figures
    waits = figures.all_waits
    lines = [
        queue.title,
        f"  {figures.health.reason}",
        f"  Waiting: {figures.waiting}, the longest for {_seconds(waits.longest_now)}.",
        f"  In the last hour: half within {_seconds(waits.p50)}, nine in ten within {_seconds(waits.p90)}.",
        f"  {_success(queue)}.",
        f"  Matched per minute: {figures.rate.per_minute:.1f}, before that {figures.rate.before:.1f}.",
        *(f"  What you could do: {each.text} {each.evidence}" for each in figures.advice),
    ]
    return "\n".join(lines)


def _success(queue: QueueFigures) -> str:
    success = queue.figures.success
    return f"{success.matched} of {success.ended} whose wait ended got a team"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else duration(round(seconds))


def document_of(event: Event, queues: Sequence[QueueFigures], *, at: datetime) -> dict[str, Any]:
    return {
        "type": "queue.report",
        "timestamp": at,
        "data": {"event": event.pk, "name": event.name, "queues": [_entry(queue) for queue in queues]},
    }


def _entry(queue: QueueFigures) -> dict[str, Any]:
    figures = queue.figures
    return {
        "quest": queue.quest_id,
        "title": queue.title,
        "health": {"status": figures.health.status.value, "reason": figures.health.reason},
        "held": queue.held_at is not None,
        "waiting": figures.waiting,
        "longest_now": figures.all_waits.longest_now,
        "p50": figures.all_waits.p50,
        "p90": figures.all_waits.p90,
        "matched_per_minute": figures.rate.per_minute,
        "trend": figures.rate.trend.value,
        "matched": figures.success.matched,
        "ended": figures.success.ended,
        "advice": [{"code": each.kind.value, "text": each.text, "evidence": each.evidence} for each in figures.advice],
    }
