"""The page on which somebody says with whom they would rather not be in a team. It is theirs alone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from echoroom.events.models import Participant
from echoroom.events.pages import seated, with_profile
from echoroom.events.services.seats import seat_of
from echoroom.pages import go, page, part, wants_part
from echoroom.viewer import Viewer
from matching.errors import PersonNotFound
from matching.selectors.blocks import people_met
from matching.services import blocking


def blocks(request: HttpRequest) -> HttpResponse:
    return _block(request) if request.method == "POST" else _blocks_page(request)


@page
@require_safe
@with_profile("room_read")
def _blocks_page(request: HttpRequest, participant: Participant) -> HttpResponse:
    context = {**_people(seat_of(participant)), "participant": participant}
    return render(request, "matching/blocks.html", context)


@page
@require_POST
@seated("write")
def _block(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    blocking.block(by=viewer, participant_id=_person(request))
    return _answer(request, viewer)


@page
@require_POST
@seated("write")
def undo(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    blocking.unblock(by=viewer, participant_id=_person(request))
    return _answer(request, viewer)


def _answer(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    if not wants_part(request):
        return go(request, reverse("blocks"))
    return part(request, "matching/blocks_parts.html", _people(viewer))


def _people(viewer: Viewer) -> dict[str, object]:
    people = people_met(viewer=viewer)
    return {
        "blocked": [person for person in people if person.is_blocked],
        "met": [person for person in people if not person.is_blocked],
        "most": blocking.MOST_BLOCKS,
    }


def _person(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("person", ""))
    except ValueError as error:
        raise PersonNotFound from error
