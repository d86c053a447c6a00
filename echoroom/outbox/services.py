from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from echoroom.outbox import dispatcher
from echoroom.outbox.models import Delivery

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
CHUNK = 5_000


class Actor(Protocol):
    """Whoever has an id."""

    @property
    def pk(self) -> Any: ...


@transaction.atomic
def retry(*, by: Actor, delivery_id: int) -> Delivery:
    """Give a parked delivery all its attempts again, now. One that is not parked stays as it is."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.parked_at is None:
        return delivery
    delivery.parked_at = None
    delivery.attempts = 0
    delivery.due_at = timezone.now()
    delivery.save(update_fields=["parked_at", "attempts", "due_at"])
    logger.info("Delivery %s is tried again, asked for by %s", delivery.pk, by.pk)
    transaction.on_commit(lambda: dispatcher.wake([delivery_id]), robust=True)
    return delivery


def prune() -> int:
    """Remove what was delivered over a week ago; parked and owed deliveries stay. Returns how many went."""
    old = Delivery.objects.delivered().filter(delivered_at__lt=timezone.now() - KEPT)
    removed = 0
    # In chunks: one statement over a million rows would hold up the sweep behind it.
    while pks := list(old.values_list("pk", flat=True)[:CHUNK]):
        removed += Delivery.objects.filter(pk__in=pks).delete()[0]
    return removed
