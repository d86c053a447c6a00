"""The chat of a room: on the room's page, live, and on a page of its own for all that was said."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from echoroom.events.models import Participant
from echoroom.events.pages import seated, with_profile
from echoroom.events.services.seats import seat_of
from echoroom.pages import go, is_unchanged, page, part, stamped, unchanged, wants_part
from echoroom.refusals import Invalid, Refusal
from echoroom.viewer import Viewer
from rooms.errors import ChatClosed, MessageEmpty, MessageKeyReused, MessageTooLong
from rooms.models.chat import LONGEST_KEY, LONGEST_MESSAGE
from rooms.selectors.chat_view import ChatHead, ChatView, chat_head, chat_view, pieces
from rooms.selectors.room_view import Place, place_of
from rooms.services import chatting

# What is wrong with the message itself is said beside the field, and what was typed stays there.
ABOUT_THE_MESSAGE = (ChatClosed, MessageEmpty, MessageKeyReused, MessageTooLong)


def chat(request: HttpRequest, code: str) -> HttpResponse:
    if request.method == "POST":
        return _write(request, code=code)
    return _more(request, code=code) if wants_part(request) else _page(request, code=code)


@page
@require_safe
@with_profile("chat_read")
def _page(request: HttpRequest, participant: Participant, code: str) -> HttpResponse:
    """All that was said, page by page, and what was searched for."""
    place = place_of(viewer=seat_of(participant), room_code=code)
    return _chat_page(request, place, before=_number(request.GET.get("before")), query=request.GET.get("q", ""))


@page
@require_safe
@seated("chat_read")
def _more(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """Older messages, or those that were searched for, as a part of a page."""
    head = chat_head(place_of(viewer=viewer, room_code=code))
    if "q" in request.GET:
        return part(request, "rooms/chat/found.html", _found(head, request.GET["q"]))
    view = chat_view(head, before=_number(request.GET.get("before")))
    return part(request, "rooms/chat/older.html", {"chat": view, "room": head.place.room})


@page
@require_safe
@seated("chat_read")
def news(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """What was said after the message that the page shows last; who has read it, and who types."""
    head = chat_head(place_of(viewer=viewer, room_code=code))
    if is_unchanged(request, head.etag):
        return unchanged(head.etag)
    return _news(request, head, after=_number(request.GET.get("after")) or 0)


@page
@require_POST
@seated("chat_write")
def _write(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    text, key = request.POST.get("text", ""), request.POST.get("key", "")[:LONGEST_KEY]
    try:
        chatting.write_message(by=viewer, room_code=code, text=text, key=key)
    except ABOUT_THE_MESSAGE as refusal:
        if wants_part(request):
            context = {"refusal": refusal, "id": "chat-problem-text"}
            return part(request, "parts/problem.html", context, refusal=refusal, into="#chat-problem")
        return _chat_page(request, place_of(viewer=viewer, room_code=code), refusal=refusal, text=text)
    if not wants_part(request):
        return go(request, f"{reverse('room', args=[code])}#chat")
    head = chat_head(place_of(viewer=viewer, room_code=code))
    return _news(request, head, after=_number(request.POST.get("after")) or 0)


@page
@require_POST
@seated("chat_mark")
def read(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    number = _number(request.POST.get("number"))
    if not number:
        raise Invalid(errors={"number": ["Send the number of a message."]})
    chatting.mark_read(by=viewer, room_code=code, number=number)
    return HttpResponse(status=204)


@page
@require_POST
@seated("chat_typing")
def typing(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    chatting.note_typing(by=viewer, room_code=code)
    return HttpResponse(status=204)


def chat_context(place: Place) -> dict[str, Any]:
    """What the panel on the room's page shows: the newest messages, and a form with a key for one message."""
    return _shared(chat_view(chat_head(place)))


def _chat_page(
    request: HttpRequest,
    place: Place,
    *,
    before: int | None = None,
    query: str = "",
    refusal: Refusal | None = None,
    text: str = "",
) -> HttpResponse:
    head = chat_head(place)
    context: dict[str, Any] = {
        **_shared(chat_view(head, before=before)),
        "room": place.room,
        "is_page": True,
        "is_past": before is not None,
        "problem": refusal,
        "typed": text,
    }
    if query:
        context.update(_found(head, query))
    return render(request, "rooms/chat.html", context, status=refusal.status if refusal else 200)


def _shared(view: ChatView) -> dict[str, Any]:
    return {"chat": view, "key": uuid.uuid4().hex, "longest_message": LONGEST_MESSAGE}


def _found(head: ChatHead, query: str) -> dict[str, Any]:
    """Matches with their hits marked, or what is wrong with the question."""
    context: dict[str, Any] = {"room": head.place.room, "query": query}
    try:
        found = chat_view(head, query=query) if query.strip() else ChatView(head)
    except Invalid as refusal:
        return {**context, "search_problem": refusal.detail}
    matches = [(message, pieces(message.text, query)) for message in found.messages]
    return {**context, "matches": matches, "has_more": found.has_older}


def _news(request: HttpRequest, head: ChatHead, *, after: int) -> HttpResponse:
    context = {"chat": chat_view(head, after=after), "room": head.place.room, "swapped": True}
    return stamped(part(request, "rooms/chat/news.html", context), head.etag)


def _number(text: str | None) -> int | None:
    """What a page says of itself; nonsense counts as nothing."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None
