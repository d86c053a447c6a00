from __future__ import annotations

from celery import shared_task

from echoroom.api import services


@shared_task
def prune() -> int:
    return services.prune_idempotency_records()
