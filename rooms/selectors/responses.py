from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from echoroom.viewer import Viewer
from rooms.errors import NotAForm, QuestNotFound
from rooms.models import Quest, QuestVersion, Response
from rooms.selectors.forms import FieldContent, FormContent, form_of


@dataclass(frozen=True, slots=True)
class MyResponse:
    """What a person may know of their own answers. Those to a survey are on a sheet that nobody can find again."""

    quest: UUID
    kind: str
    answered: bool
    answered_at: datetime | None = None
    changed_at: datetime | None = None
    answers: dict[str, Any] | None = None
    # The number of the version that was answered; it may be older than the form is now.
    version: int | None = None


def my_response(*, viewer: Viewer, quest_id: UUID) -> MyResponse:
    """Mine to a form or survey of my event; two queries."""
    quest = Quest.objects.filter(pk=quest_id, event_id=viewer.entered_event_id, current__isnull=False).first()
    if quest is None:
        raise QuestNotFound
    if quest.is_room:
        raise NotAForm
    return response_to(quest, participant_id=viewer.seat_id)


def response_to(quest: Quest, *, participant_id: UUID) -> MyResponse:
    mine = Response.objects.filter(quest=quest, participant_id=participant_id).select_related("sheet").first()
    return told(mine, quest=quest) if mine else MyResponse(quest.pk, quest.kind, answered=False)


def told(response: Response, *, quest: Quest) -> MyResponse:
    mine = MyResponse(quest.pk, quest.kind, True, response.answered_at, response.changed_at)
    if quest.kind == Quest.Kind.SURVEY:
        return mine
    sheet = response.sheet
    return replace(mine, answers=sheet.answers, version=form_of(sheet.version_id).number)


def said_in(mine: MyResponse, *, form: FormContent) -> list[tuple[FieldContent, Any]]:
    """What was answered, with the questions as they were asked then; one query where the form has changed since."""
    answers = mine.answers or {}
    if mine.version not in {None, form.number}:
        form = form_of(QuestVersion.objects.values_list("pk", flat=True).get(quest_id=mine.quest, number=mine.version))
    return [(field, answers[field.key]) for field in form.fields if field.key in answers]
