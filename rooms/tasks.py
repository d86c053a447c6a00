from __future__ import annotations

from celery import shared_task

from rooms.services import clock


@shared_task
def sweep() -> None:
    clock.sweep()
