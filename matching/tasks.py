from __future__ import annotations

from uuid import UUID

from celery import shared_task

from matching.services import practising, report_sending, reporting, ticking


@shared_task
def tick() -> None:
    ticking.tick()


@shared_task
def tick_one(quest_id: str) -> None:
    ticking.tick_until_done(quest_id=UUID(quest_id))


@shared_task
def practice() -> None:
    practising.let_bots_act()


@shared_task
def report() -> None:
    reporting.issue_due_reports()
    report_sending.send_what_is_due()
