from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from echoroom.events.models import Participant
from echoroom.events.pages import with_profile
from echoroom.events.services.seats import seat_of
from echoroom.pages import go, page
from echoroom.refusals import Refusal
from rooms.errors import AnswersInvalid, NotAForm
from rooms.models import Quest
from rooms.models.forms import GROUP
from rooms.pages.form_rows import rows_of, sent, shown_answer
from rooms.selectors.responses import MyResponse, my_response, said_in
from rooms.selectors.world import QuestPage, quest_page
from rooms.services.responding import respond


def form_page(request: HttpRequest, participant: Participant, found: QuestPage) -> HttpResponse:
    """A form or survey to fill in; once answered, that it is, and of a form what was said."""
    mine = my_response(viewer=seat_of(participant), quest_id=found.card.id)
    return _page(request, participant, found, mine, mine.answers or {})


@page
@require_http_methods(["GET", "HEAD", "POST"])
@with_profile("write")
def answers(request: HttpRequest, participant: Participant, pk: UUID) -> HttpResponse:
    """The answers of a form; what is wrong is said next to each, and nothing typed is lost."""
    if request.method != "POST":
        # Where a reload leads after something was wrong.
        return go(request, reverse("quest", args=[pk]))
    viewer = seat_of(participant)
    found = quest_page(viewer=viewer, quest_id=pk)
    if found.form is None:
        raise NotAForm
    given = sent(found.form, request.POST)
    try:
        respond(by=viewer, quest_id=pk, answers=given)
    except AnswersInvalid as refusal:
        return _page(request, participant, found, my_response(viewer=viewer, quest_id=pk), given, refusal)
    return go(request, reverse("quest", args=[pk]))


def _page(
    request: HttpRequest,
    participant: Participant,
    found: QuestPage,
    mine: MyResponse,
    given: dict[str, Any],
    refusal: Refusal | None = None,
) -> HttpResponse:
    assert found.form is not None
    is_open = found.card.is_open and participant.event.is_open_at(timezone.now())
    errors = refusal.errors if refusal else {}
    is_survey = found.card.kind == Quest.Kind.SURVEY
    context = {
        "quest": found.card,
        "form": found.form,
        "mine": mine,
        "is_open": is_open,
        "is_survey": is_survey,
        "is_filled_in": is_open and (not mine.answered or bool(refusal) or ("change" in request.GET and not is_survey)),
        "rows": rows_of(found.form, given, errors),
        "said": [(field, shown_answer(answer)) for field, answer in said_in(mine, form=found.form)],
        "problem": refusal,
        "foreign": sorted(set(errors) - {field.key for field in found.form.fields}),
        "group": GROUP,
    }
    return render(request, "rooms/form.html", context, status=refusal.status if refusal else 200)
