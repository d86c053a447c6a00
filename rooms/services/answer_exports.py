from __future__ import annotations

from uuid import UUID

from django.db import transaction

from echoroom import audit
from echoroom.accounts.models import User
from rooms.errors import NotAForm
from rooms.models import Quest
from rooms.selectors.results import Answers, answers_to


@transaction.atomic
def export_answers(*, by: User, quest_id: UUID, format: str) -> Answers:
    """What an organiser takes away of a form or survey. The journal keeps that they did, and how much it was."""
    quest = Quest.objects.get(pk=quest_id)
    if quest.is_room:
        raise NotAForm
    answers = answers_to(quest)
    audit.record(
        "quest.answers_exported",
        by=by,
        target=quest,
        event_id=quest.event_id,
        format=format,
        sheets=len(answers.sheets),
    )
    return answers
