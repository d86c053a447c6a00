"""A room's page: reading it, and the six things a member can do there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from echoroom.events.models import Participant
from echoroom.events.pages import seated, with_profile
from echoroom.events.services.seats import seat_of
from echoroom.pages import go, page, part, wants_part
from echoroom.refusals import Refusal
from echoroom.viewer import Viewer
from rooms.errors import DecisionNotOpen, DecisionUnknown, OptionUnknown, ReasonMissing, ReasonTooLong, RoomNotFound
from rooms.selectors.room_view import place_of
from rooms.services import committing, seating, voting
from rooms.services.visiting import visit_room
from rooms.views.answers import room_news, room_page, room_parts

# What is wrong with the vote itself is said beside the field; everything else has changed the room.
ABOUT_THE_FORM = (OptionUnknown, ReasonMissing, ReasonTooLong)


@page
@require_safe
@with_profile("room_read")
def room(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    place = visit_room(by=seat_of(participant), room_code=code)
    return room_page(request, place, editing="change" in request.GET)


@page
@require_safe
@seated("room_read")
def news(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """The parts of the page that changed since `stage` was shown."""
    return room_news(request, visit_room(by=viewer, room_code=code))


@page
@require_safe
@seated("room_read")
def change(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """The vote's form again, with what was voted."""
    return room_parts(request, visit_room(by=viewer, room_code=code), editing=True)


@page
@require_POST
@seated("write")
def start(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    try:
        seating.start_room(by=viewer, room_code=code)
    except Refusal as refusal:
        return _refused(request, viewer, code, refusal)
    return _shown(request, viewer, code)


@page
@require_POST
@seated("vote")
def vote(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    try:
        voting.cast_vote(
            by=viewer,
            room_code=code,
            decision_number=_number(request),
            option_key=request.POST.get("option", ""),
            # Browsers send a line's end as two characters; the limit counts it as one.
            justification=request.POST.get("justification", "").replace("\r\n", "\n"),
            round=_round(request),
        )
    except ABOUT_THE_FORM as refusal:
        if wants_part(request):
            context = {"refusal": _in_this_form(refusal), "id": "vote-problem-text"}
            return part(request, "parts/problem.html", context, refusal=refusal, into="#vote-problem")
        return room_page(request, place_of(viewer=viewer, room_code=code), editing=True, refusal=_in_this_form(refusal))
    except Refusal as refusal:
        return _refused(request, viewer, code, refusal)
    return _shown(request, viewer, code)


def _in_this_form(refusal: Refusal) -> Refusal:
    return OptionUnknown("Choose one of the options above.") if isinstance(refusal, OptionUnknown) else refusal


@page
@require_POST
@seated("write")
def vote_again(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    try:
        voting.vote_again(by=viewer, room_code=code, decision_number=_number(request))
    except Refusal as refusal:
        return _refused(request, viewer, code, refusal)
    return _shown(request, viewer, code)


@page
@require_POST
@seated("commit")
def commit(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    option = request.POST.get("option", "")
    try:
        committing.commit(
            by=viewer, room_code=code, decision_number=_number(request), option_key=option, round=_round(request)
        )
    except Refusal as refusal:
        return _refused(request, viewer, code, _in_this_form(refusal))
    return _shown(request, viewer, code)


@page
@require_POST
@seated("write")
def leave(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    seating.leave_room(by=viewer, room_code=code)
    return go(request, reverse("world"))


def _number(request: HttpRequest) -> int:
    text = request.POST.get("decision", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text)):
        raise DecisionUnknown
    return int(text)


def _round(request: HttpRequest) -> int | None:
    text = request.POST.get("round", "")
    if text not in ("", "1", "2"):
        raise DecisionNotOpen("There is no such round of votes.")
    return int(text) if text else None


def _shown(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    if not wants_part(request):
        return go(request, reverse("room", args=[code]))
    return room_parts(request, place_of(viewer=viewer, room_code=code))


def _refused(request: HttpRequest, viewer: Viewer, code: str, refusal: Refusal) -> HttpResponse:
    """Say no, and show how the room stands by now: what was clicked was out of date."""
    if isinstance(refusal, RoomNotFound) or not wants_part(request):
        raise refusal
    return room_parts(request, place_of(viewer=viewer, room_code=code), refusal=refusal)
