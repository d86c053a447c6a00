"""The chat of a room: everything that was said, for who sits there."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from echoroom.api.renderers import Answer
from echoroom.api.serializers import LARGEST, parse
from echoroom.api.views import ApiView
from echoroom.events.permissions import HasSeat, SeatRequest
from echoroom.refusals import Invalid
from rooms.api import chat_serializers as serializers
from rooms.selectors.chat_view import PAGE, ChatView, MessageView, Talker, chat_head, chat_view
from rooms.selectors.room_view import place_of
from rooms.services import chatting

BEFORE = OpenApiParameter("before", int, description=f"The {PAGE} messages before this number.")
AFTER = OpenApiParameter("after", int, description=f"The {PAGE} messages after this number.")
QUERY = OpenApiParameter("q", str, description="Only messages that contain these 2 to 100 characters, in any case.")


class MessagesView(ApiView):
    permission = HasSeat
    rate_scope = {"GET": "chat_read", "POST": "chat_write"}
    idempotent = False  # a message has a key of its own

    @extend_schema(parameters=[BEFORE, AFTER, QUERY], responses={200: serializers.ChatSerializer, 304: None})
    def get(self, request: SeatRequest, code: str) -> Any:
        """The newest messages, or those before or after a number, oldest first. Unchanged, it answers 304."""
        head = chat_head(place_of(viewer=request.user, room_code=code))
        if head.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            response = HttpResponse(status=304)
        else:
            before, after = _number(request, "before"), _number(request, "after")
            if before is not None and after is not None:
                raise Invalid(errors={"after": ["Send `before` or `after`, not both."]})
            view = chat_view(head, before=before, after=after, query=request.query_params.get("q", ""))
            response = Answer(_chat(view))
        response.headers["ETag"] = head.etag
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    @extend_schema(request=serializers.WriteSerializer, responses=serializers.SentSerializer)
    def post(self, request: SeatRequest, code: str) -> dict[str, Any]:
        """Say something to my team: at most 2,000 characters, and 30 messages a minute."""
        given = parse(serializers.WriteSerializer, request)
        sent = chatting.write_message(by=request.user, room_code=code, text=given["text"], key=given.get("key", ""))
        return {"number": sent.number, "text": sent.text, "written_at": sent.written_at}


class ReadView(ApiView):
    permission = HasSeat
    rate_scope = "chat_mark"

    @extend_schema(request=serializers.MarkSerializer, responses=serializers.ReadSerializer)
    def post(self, request: SeatRequest, code: str) -> dict[str, int]:
        """I have read up to this number. A mark never moves back."""
        given = parse(serializers.MarkSerializer, request)
        return {"your_mark": chatting.mark_read(by=request.user, room_code=code, number=given["number"])}


class TypingView(ApiView):
    permission = HasSeat
    rate_scope = "chat_typing"
    without_body = ("POST",)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: SeatRequest, code: str) -> None:
        """I am typing: the others see it for five seconds. Repeat it every three."""
        chatting.note_typing(by=request.user, room_code=code)


def _number(request: Request, name: str) -> int | None:
    asked = request.query_params.get(name)
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 10 and int(asked) <= LARGEST):
        raise Invalid(errors={name: ["Send the number of a message."]})
    return int(asked)


def _chat(view: ChatView) -> dict[str, Any]:
    head = view.head
    return {
        "room": head.place.room.code,
        "version": head.version,
        "is_open": head.is_open,
        "last_number": head.last_number,
        "your_mark": head.your_mark,
        "unread": view.unread,
        "messages": [_message(message) for message in view.messages],
        "has_older": view.has_older,
        "has_newer": view.has_newer,
        "talkers": [_talker(talker) for talker in head.talkers],
    }


def _message(message: MessageView) -> dict[str, Any]:
    return {
        "number": message.number,
        "seat": message.seat,
        "name": message.name,
        "is_you": message.is_you,
        "is_bot": message.is_bot,
        "text": message.text,
        "written_at": message.written_at,
    }


def _talker(talker: Talker) -> dict[str, Any]:
    return {
        "seat": talker.seat,
        "name": talker.name,
        "has_left": talker.has_left,
        "read": talker.read,
        "is_typing": talker.is_typing,
    }
