from __future__ import annotations

from celery import shared_task

from matching.services import practising, ticking


@shared_task
def tick() -> None:
    ticking.tick()


@shared_task
def practice() -> None:
    practising.let_bots_act()
