from __future__ import annotations

from celery import shared_task

from echoroom.outbox import delivery, services


@shared_task(acks_late=True, ignore_result=True)
def deliver(pk: int) -> None:
    delivery.deliver(pk)


@shared_task(ignore_result=True)
def sweep() -> None:
    for pk in delivery.lease_overdue():
        deliver.delay(pk)


@shared_task(ignore_result=True)
def prune() -> None:
    services.prune()
