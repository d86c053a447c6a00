"""A person answers a form or a survey, by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from echoroom import audit
from echoroom.events.errors import ProfileIncomplete
from echoroom.events.models import Participant
from echoroom.outbox import publish
from echoroom.viewer import Viewer
from rooms.domain_events import QuestAnswered
from rooms.errors import AnswersInvalid, NotAForm, QuestClosed, QuestNotFound, SurveyAnswered
from rooms.models import AnswerSheet, Quest, Response
from rooms.models.forms import GROUP
from rooms.selectors.forms import form_of
from rooms.selectors.responses import MyResponse, told
from rooms.services.answer_rules import checked_answers

# How long a survey's answers may be sent again because the reply was lost on the way, in seconds.
REPEATABLE_FOR = 600


@transaction.atomic
def respond(*, by: Viewer, quest_id: UUID, answers: Mapping[str, object]) -> MyResponse:
    """Answer a form or survey once. The same answers again are the same success.

    Other answers replace those to a form while it is open; a survey refuses them with `SurveyAnswered`. Raises
    `AnswersInvalid` with a sentence per field."""
    participant = Participant.objects.get(pk=by.seat_id)
    quest = _locked(quest_id, participant)
    mine = Response.objects.filter(quest=quest, participant=participant).select_related("sheet").first()
    if mine is None:
        return _answer(by, quest, participant, answers)
    if quest.kind == Quest.Kind.SURVEY:
        if not _is_repeated(mine, quest, answers):
            raise SurveyAnswered
    elif not _says_the_same(mine.sheet, answers):
        _change(by, quest, mine, _checked(quest, participant, answers))
    return told(mine, quest=quest)


def _locked(quest_id: UUID, participant: Participant) -> Quest:
    """The quest's row is the lock: of two requests one is the first, and a survey's groups fill up one by one."""
    rows = Quest.objects.select_for_update(of=("self",), no_key=True).select_related("event", "region")
    quest = rows.filter(pk=quest_id, event_id=participant.event_id, current__isnull=False).first()
    if quest is None:
        raise QuestNotFound
    if quest.is_room:
        raise NotAForm
    return quest


def _checked(quest: Quest, participant: Participant, answers: Mapping[str, object]) -> dict[str, Any]:
    if not participant.has_profile:
        raise ProfileIncomplete
    if not (quest.is_open and quest.region.is_open and quest.event.is_open_at(timezone.now())):
        raise QuestClosed
    return checked_answers(form_of(_version(quest)), answers=answers)


def _version(quest: Quest) -> UUID:
    assert quest.current_id is not None
    return quest.current_id


def _answer(by: Viewer, quest: Quest, participant: Participant, answers: Mapping[str, object]) -> MyResponse:
    checked = _checked(quest, participant, answers)
    response = Response(quest=quest, participant=participant)
    response.save(force_insert=True)
    if quest.kind == Quest.Kind.FORM:
        response.sheet = AnswerSheet.objects.create(version_id=_version(quest), response=response, answers=checked)
    else:
        _hand_in(quest, participant, checked)
        # Before the commit: a second request waits for the lock and must find it. Not in the database, where it would
        # tell which sheet is whose.
        cache.set(_repeat_key(response), _digest(response, checked), REPEATABLE_FOR)
    audit.record("quest.answered", by=by, target=quest, event_id=quest.event_id)
    publish(QuestAnswered(quest_id=quest.pk, participant_id=participant.pk))
    return told(response, quest=quest)


def _hand_in(quest: Quest, participant: Participant, answers: dict[str, Any]) -> None:
    """A sheet without a name. A bot's would have to be told apart from the others, so it leaves none."""
    if participant.is_bot:
        return
    before = AnswerSheet.objects.filter(version_id=quest.current_id).count()
    AnswerSheet.objects.create(version_id=_version(quest), group=before // GROUP, answers=answers)


def _change(by: Viewer, quest: Quest, mine: Response, answers: dict[str, Any]) -> None:
    """What was said before is not kept: it was the person's to take back."""
    sheet = mine.sheet
    sheet.answers, sheet.version_id = answers, _version(quest)
    sheet.save(update_fields=["answers", "version"])
    mine.changed_at = timezone.now()
    mine.save(update_fields=["changed_at"])
    audit.record("quest.answer_changed", by=by, target=quest, event_id=quest.event_id)


def _says_the_same(sheet: AnswerSheet, answers: Mapping[str, object]) -> bool:
    try:
        return bool(checked_answers(form_of(sheet.version_id), answers=answers) == sheet.answers)
    except AnswersInvalid:
        return False


def _is_repeated(mine: Response, quest: Quest, answers: Mapping[str, object]) -> bool:
    kept = cache.get(_repeat_key(mine))
    try:
        checked = checked_answers(form_of(_version(quest)), answers=answers)
    except AnswersInvalid:
        return False
    return kept is not None and bool(constant_time_compare(kept, _digest(mine, checked)))


def _repeat_key(response: Response) -> str:
    return f"rooms:answered:{response.pk.hex}"


def _digest(response: Response, answers: dict[str, Any]) -> str:
    said = orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)
    return salted_hmac(response.pk.hex, said, algorithm="sha256").hexdigest()
