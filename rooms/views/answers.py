"""How a room answers: as a page, or as the parts of it that changed."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from echoroom.pages import is_unchanged, part, stamped, unchanged
from echoroom.refusals import Refusal
from rooms.models.votes import LONGEST_REASON
from rooms.pages import stages
from rooms.pages.results import round_result, shifts
from rooms.pages.rule_words import RULES, verdict_words
from rooms.passage import listed
from rooms.selectors.room_view import DecisionView, Place, RoomView, room_view
from rooms.views.chat import chat_context

# What a page may say that it shows.
SHOWN = re.compile(r"[a-z0-9.]{1,60}")


def room_page(
    request: HttpRequest, place: Place, *, editing: bool = False, refusal: Refusal | None = None
) -> HttpResponse:
    context = {**room_context(room_view(place), editing=editing), **chat_context(place)}
    if refusal:
        context.update(problem=refusal, your_option=request.POST.get("option"), your_reason=_reason(request))
    return render(request, "rooms/room.html", context, status=refusal.status if refusal else 200)


def room_parts(
    request: HttpRequest, place: Place, *, shown: str = "", editing: bool = False, refusal: Refusal | None = None
) -> HttpResponse:
    """The parts of the page, each taking the place of its older self. The stage is left out while `shown` is right."""
    view = room_view(place)
    keeps = bool(shown) and stages.is_still_right(shown, view)
    context = room_context(view, editing=editing)
    if keeps:
        context["stage"] = stages.Stage(shown, "", context["stage"].says)
    context.update(etag=etag_of(place, context["stage"].key), swapped=True, keeps_stage=keeps, refusal=refusal)
    response = part(request, "rooms/room_parts.html", context, refusal=refusal)
    return stamped(response, f'"{context["etag"]}"')


def room_news(request: HttpRequest, place: Place) -> HttpResponse:
    """What a live page re-reads: 304 while it shows this very state."""
    offered = request.GET.get("stage", "")
    shown = offered if SHOWN.fullmatch(offered) else ""
    etag = f'"{etag_of(place, shown)}"'
    return unchanged(etag) if is_unchanged(request, etag) else room_parts(request, place, shown=shown)


def etag_of(place: Place, stage: str) -> str:
    return f"{place.etag.strip('W/').strip(chr(34))}.{stage}"


def room_context(view: RoomView, *, editing: bool = False) -> dict[str, Any]:
    stage = stages.stage_of(view, editing=editing)
    context: dict[str, Any] = {
        "view": view,
        "room": view.room,
        "content": view.content,
        "decision": view.decision,
        "stage": stage,
        "etag": etag_of(view.place, stage.key),
        "rows": stages.seat_rows(view),
        "seconds_left": stages.seconds_left(view.room.due_at),
        "missing": stages.who_is_missing(view),
        "rule": RULES[view.content.rule],
        "your_option": view.your_option,
        "your_reason": view.your_reason,
        "your_choice": view.decision.option(view.your_option) if view.decision and view.your_option else None,
        "longest": LONGEST_REASON,
        "editing": editing,
        "earlier": [_told(each) for each in stages.earlier(view)],
    }
    if view.current:
        context["current"] = _told(view.current)
        if view.allowed:
            context["verdict"] = verdict_words(view, view.current.rounds[-1], view.current.content)
            context["allowed"] = [option for option in view.current.content.options if option.key in view.allowed]
            context["allowed_keys"] = listed(sorted(view.allowed))
    return context


def _told(decision: DecisionView) -> dict[str, Any]:
    rounds = [round_result(decision.content, each) for each in decision.rounds]
    commit = decision.commit
    return {
        "content": decision.content,
        "commit": commit,
        "chosen": decision.content.option(commit.option) if commit else None,
        "rounds": rounds,
        "last": rounds[-1],
        "before": rounds[:-1],
        "shifts": shifts(decision),
    }


def _reason(request: HttpRequest) -> str:
    # Browsers send a line's end as two characters; the limit counts it as one.
    return request.POST.get("justification", "").replace("\r\n", "\n")
