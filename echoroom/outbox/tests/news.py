"""An event and receivers that only the tests know."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from echoroom.outbox import DomainEvent, publish
from echoroom.outbox.models import Delivery


@dataclass(frozen=True, kw_only=True)
class LanternLit(DomainEvent):
    lantern_id: int


def light(lantern_id: int = 7) -> None:
    with transaction.atomic():
        publish(LanternLit(lantern_id=lantern_id))


class Failing:
    """A receiver that fails as long as it is told to."""

    __module__ = __name__

    def __init__(self, error: Exception, *, name: str = "failing") -> None:
        self.error: Exception | None = error
        self.heard: list[int] = []
        self.__qualname__ = name

    def __call__(self, event: LanternLit) -> None:
        # A write of its own, which must go when it fails.
        Delivery.objects.create(receiver="written by the receiver", payload={})
        if self.error:
            raise self.error
        self.heard.append(event.lantern_id)


class Hearing:
    """A receiver that remembers what it heard."""

    __module__ = __name__

    def __init__(self, *, name: str = "hearing") -> None:
        self.heard: list[int] = []
        self.__qualname__ = name

    def __call__(self, event: LanternLit) -> None:
        self.heard.append(event.lantern_id)
