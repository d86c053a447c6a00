from __future__ import annotations

from uuid import UUID

from celery import shared_task

from matching.services import practising, ticking


@shared_task
def tick() -> None:
    ticking.tick()


@shared_task
def tick_one(quest_id: str) -> None:
    ticking.tick_until_done(quest_id=UUID(quest_id))


@shared_task
def practice() -> None:
    practising.let_bots_act()
