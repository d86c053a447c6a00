from __future__ import annotations

from django.apps import apps
from django.db import transaction

from echoroom.outbox import dispatcher
from echoroom.outbox.payloads import to_payload
from echoroom.outbox.registry import DomainEvent, name_of, receivers_of


def publish(event: DomainEvent) -> None:
    """Record `event` for each of its receivers, in the transaction of the change that it reports."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"publish({type(event).__name__}) belongs inside the transaction that it reports.")
    payload = to_payload(event)
    receivers = receivers_of(type(event))
    if not receivers:
        return
    # By name: apps publish from modules that are imported before the models are.
    delivery = apps.get_model("outbox", "Delivery")
    event_type = name_of(type(event))
    rows = delivery.objects.bulk_create(
        delivery(receiver=name, event_type=event_type, payload=payload) for name in receivers
    )
    pks = [row.pk for row in rows]
    # robust: whatever happens to the wake-up, the request has succeeded; the sweep finds the rows.
    # Not a partial: Django asks a robust hook that failed for its `__qualname__`.
    transaction.on_commit(lambda: dispatcher.wake(pks), robust=True)
