"""For tests: run in this process what workers would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from echoroom.outbox import delivery
from echoroom.outbox.models import Delivery
from echoroom.outbox.registry import DomainEvent, forget, receives

E = TypeVar("E", bound=DomainEvent)

CIRCLE = 10_000


def deliver_all() -> int:
    """Run everything owed, in order, until nothing is. A receiver's error comes out. Returns how many ran."""
    done = 0
    while pk := Delivery.objects.owed().order_by("pk").values_list("pk", flat=True).first():
        done += delivery.attempt(pk)
        if done > CIRCLE:
            raise AssertionError(f"More than {CIRCLE} deliveries: receivers publish in a circle.")
    return done


@contextmanager
def receiving(event_type: type[E], receiver: Callable[[E], None]) -> Iterator[None]:
    """Let `receiver` hear `event_type` for the length of a test."""
    receives(event_type)(receiver)
    try:
        yield
    finally:
        forget(receiver)
