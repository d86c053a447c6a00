from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from echoroom.accounts.models import User
from echoroom.events.admin.dashboard import Number, counts, listing
from rooms.models import Room
from rooms.selectors import console

# What should not be: the label, what to do about it, the list's filter and its question.
ALARMS: list[tuple[str, str, str, Callable[[QuerySet[Room]], QuerySet[Room]]]] = [
    ("Waiting in a lobby over 60 s", "Ask somebody to join them, or to start.", "lobby", console.waiting_in_lobby),
    ("Rooms overdue", "The clock has not applied their deadline: look at the workers.", "overdue", console.overdue),
    ("Rooms idle over 10 min", "Go and see, or close them.", "idle", console.idle),
    ("Maps not made", "Completed over 10 s ago: look at the workers.", "no_map", console.without_map),
]


@counts
def room_numbers(user: User) -> Iterable[Number]:
    rooms = Room.objects.visible_to(user)
    for label, note, answer, question in ALARMS:
        if value := question(rooms).count():
            path = listing("rooms_room", f"now={answer}")
            yield Number(label=label, value=value, note=note, path=path, alarming=True)
    yield Number(
        label="Rooms playing",
        value=rooms.filter(state=Room.State.IN_PROGRESS).count(),
        path=listing("rooms_room", "state__exact=in_progress"),
    )
    yield Number(
        label="Waiting for one vote",
        value=console.one_vote_missing(rooms).count(),
        path=listing("rooms_room", "now=one_vote"),
    )
    yield Number(
        label="Rooms completed today",
        value=console.completed_today(rooms).count(),
        path=listing("rooms_room", "now=today"),
    )
