"""What was said in the rooms, for the event's organisers: read-only, and that somebody reads it is written down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse

from echoroom.accounts.admin.base import staff
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from rooms.admin.history import ROOM_SEARCH, RoomHistoryAdmin
from rooms.models import Chat, Message, ReadMark
from rooms.services.chatting import note_chats_opened, note_message_opened

READS = {"GET", "HEAD", "POST"}


@admin.register(Message)
class MessageAdmin(RoomHistoryAdmin):
    """Opening the list, or one message, leaves a line in the journal; participants are told that it can be read."""

    event_path = "chat__room__event"
    list_display = ["room", "number", "member", "said", "written_at"]
    list_select_related = ["chat__room", "author__participant"]
    list_filter = [("chat__room__event", ScopedChoices), ("chat__room__quest", ScopedChoices)]
    search_fields = ["=chat__room__code", "text"]
    search_help_text = "A room's code, or words that were written"
    fields = ["room", "number", "member", "text", "written_at"]

    @admin.display(description="room", ordering="chat__room__code")
    def room(self, message: Message) -> str:
        return message.chat.room.code

    @admin.display(description="member")
    def member(self, message: Message) -> str:
        return str(message.author.participant)

    @admin.display(description="text")
    def said(self, message: Message) -> str:
        return message.text if len(message.text) <= 200 else f"{message.text[:200]}…"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method not in READS:
            return HttpResponseNotAllowed(READS)
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and (context := response.context_data) and "cl" in context:
            rows = context["cl"].result_list
            note_chats_opened(by=staff(request), room_ids={message.chat_id for message in rows})
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in READS:
            return HttpResponseNotAllowed(READS)
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if isinstance(response, TemplateResponse) and (context := response.context_data) and context.get("original"):
            note_message_opened(by=staff(request), message=context["original"])
        return response


@admin.register(Chat)
class ChatAdmin(RoomHistoryAdmin):
    list_display = ["room", "last_number"]
    fields = list_display


@admin.register(ReadMark)
class ReadMarkAdmin(ScopedAdmin):
    event_path = "membership__room__event"
    list_display = ["room", "membership", "number", "read_at"]
    list_select_related = ["membership__room"]
    list_filter = [("membership__room__event", ScopedChoices)]
    search_fields = ["=membership__room__code"]
    search_help_text = ROOM_SEARCH
    fields = ["room", "membership", "number", "read_at"]
    readonly_fields = fields
    ordering = ["-pk"]

    @admin.display(description="room")
    def room(self, mark: ReadMark) -> str:
        return mark.membership.room.code
