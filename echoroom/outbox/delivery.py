"""Hands deliveries to their receivers: once for our own database, at least once for the world outside."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from echoroom.outbox.failures import described
from echoroom.outbox.models import Delivery
from echoroom.outbox.payloads import from_payload
from echoroom.outbox.registry import resolve

logger = logging.getLogger(__name__)

ATTEMPTS = 8
FIRST_DELAY = timedelta(seconds=5)
# A delivery that the sweep handed out is not handed out again before this: a little less than the sweep's period, so
# that what a dying worker takes with it waits for the next sweep only. One in a receiver's hands is locked and left
# out, and a queue that is longer than this holds up the sweeps as well, which expire in it.
LEASE = timedelta(seconds=4)


def deliver(pk: int) -> bool:
    """Run one delivery. True if this call did the work; a failure is recorded and tried again later."""
    try:
        return attempt(pk)
    except Exception as exc:
        _postpone(pk, error=described(exc))
        return False


def attempt(pk: int) -> bool:
    """Like `deliver`, but lets the receiver's error out."""
    with transaction.atomic():
        # The claim and the receiver's own writes commit together, or not at all.
        delivery = Delivery.objects.owed().unclaimed().filter(pk=pk).first()
        if delivery is None:
            return False  # done, given up, or in the hands of another worker
        # Conditional once more: a database without row locks ignores `unclaimed`.
        if not Delivery.objects.owed().filter(pk=pk).update(delivered_at=timezone.now()):
            return False
        event_type, receiver = resolve(delivery.receiver)
        receiver(from_payload(event_type, delivery.payload))
    return True


@transaction.atomic
def lease_overdue(limit: int = 500) -> list[int]:
    """Ids to hand to workers now, oldest first; for the length of a lease nobody else is given them."""
    pks = list(Delivery.objects.overdue().unclaimed().order_by("due_at").values_list("pk", flat=True)[:limit])
    Delivery.objects.filter(pk__in=pks).update(due_at=timezone.now() + LEASE)
    return pks


@transaction.atomic
def _postpone(pk: int, *, error: str) -> None:
    delivery = Delivery.objects.owed().select_for_update().filter(pk=pk).first()
    if delivery is None:
        return  # somebody else delivered it meanwhile
    delivery.attempts += 1
    delivery.error = error
    delivery.due_at = timezone.now() + FIRST_DELAY * 2 ** (delivery.attempts - 1)
    if delivery.attempts >= ATTEMPTS:
        delivery.parked_at = timezone.now()
    delivery.save(update_fields=["attempts", "error", "due_at", "parked_at"])
    level = logging.ERROR if delivery.parked_at else logging.WARNING
    logger.log(
        level,
        "Delivery %s to %s failed %s of %s times: %s",
        pk, delivery.receiver, delivery.attempts, ATTEMPTS, error,
    )  # fmt: skip
