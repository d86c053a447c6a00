"""The first page answers one question: what needs me now? Each app adds the numbers that it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from echoroom.accounts.models import User
from echoroom.events.models import Event, EventCode, Participant
from echoroom.outbox.models import Delivery


@dataclass(frozen=True, kw_only=True)
class Number:
    """`alarming` when somebody should look: such numbers stand first and are said so."""

    label: str
    value: int
    note: str = ""
    path: str
    alarming: bool = False


Counting = Callable[[User], Iterable[Number]]
_countings: list[Counting] = []


def counts(counting: Counting) -> Counting:
    """Decorator: this function's numbers, scoped to what the person may see, stand on the first page."""
    _countings.append(counting)
    return counting


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's DASHBOARD_CALLBACK."""
    user = request.user
    numbers = (
        [number for counting in _countings for number in counting(user)]
        if isinstance(user, User) and user.is_organiser
        else []
    )
    return {
        **context,
        "alarms": [number for number in numbers if number.alarming],
        "calm": [number for number in numbers if not number.alarming],
    }


def listing(model: str, query: str = "") -> str:
    """The address of a model's list, as in `listing("rooms_room", "now=overdue")`."""
    return reverse(f"admin:{model}_changelist") + (f"?{query}" if query else "")


@counts
def event_numbers(user: User) -> Iterable[Number]:
    now = timezone.now()
    events = Event.objects.visible_to(user)
    open_now = events.filter(opens_at__lte=now).exclude(closes_at__lte=now)
    yield Number(label="Events open now", value=open_now.count(), path=listing("events_event", "state=open"))
    yield Number(
        label="People in open events",
        value=Participant.objects.filter(event__in=open_now, is_bot=False).count(),
        path=listing("events_participant", "who=people"),
    )
    locked = open_now.exclude(pk__in=EventCode.objects.usable(now).values("event")).count()
    if locked:
        yield Number(
            label="Open events without a code",
            value=locked,
            note="Nobody can get in. Make a code or switch one on.",
            path=listing("events_eventcode"),
            alarming=True,
        )
    if user.is_superuser and (parked := Delivery.objects.parked().count()):
        yield Number(
            label="Parked deliveries",
            value=parked,
            note="A worker gave them up. Look at the error, then retry.",
            path=listing("outbox_delivery", "state=parked"),
            alarming=True,
        )
