from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from echoroom.accounts.admin.actions import page_action
from echoroom.accounts.admin.base import staff
from echoroom.accounts.admin.confirming import Question, ask_first
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from rooms.admin.inlines import CommitInline, MembershipInline, RevealInline
from rooms.admin.practice import RoomsOfBots, people_and_bots
from rooms.models import Room
from rooms.selectors import console
from rooms.services.seating import close_room

CLOSING = Question(
    title="Close the room?",
    sentence="The team cannot play on and gets no decision map. This cannot be undone.",
    button="Close it for good",
)


class RoomQuestion(QuestionFilter):
    title = "what needs a look"
    parameter_name = "now"
    answers = {
        "lobby": "Waiting in the lobby over 60 s",
        "one_seat": "One seat missing",
        "one_vote": "One vote missing",
        "overdue": "Overdue",
        "idle": "Idle over 10 min",
        "today": "Completed today",
        "no_map": "Completed, map not made after 10 s",
    }

    def lobby(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return console.waiting_in_lobby(rooms)

    def one_seat(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return console.one_seat_missing(rooms)

    def one_vote(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return console.one_vote_missing(rooms)

    def overdue(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return console.overdue(rooms)

    def idle(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return console.idle(rooms)

    def today(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return console.completed_today(rooms)

    def no_map(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return console.without_map(rooms)


@admin.register(Room)
class RoomAdmin(ScopedAdmin):
    list_display = ["code", "quest", "event", "where", "seats", "votes", "due", "quiet_for", "why_closed"]
    list_select_related = ["event", "quest", "quest_version"]
    list_filter = [
        RoomQuestion,
        "state",
        "close_reason",
        RoomsOfBots,
        ("event", ScopedChoices),
        ("quest", ScopedChoices),
    ]
    search_fields = ["=code"]
    search_help_text = "A room's code"
    fields = [
        "code", "event", "quest", "quest_version", "where", "seats", "votes", "due_at", "active_at",
        "created_at", "full_at", "started_at", "completed_at", "closed_at", "close_reason", "more",
    ]  # fmt: skip
    readonly_fields = fields
    inlines = [MembershipInline, RevealInline, CommitInline]
    actions = ["close_rooms"]
    actions_detail = ["close"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        return console.with_votes(console.with_seats(super().get_queryset(request)))

    @admin.display(description="where it stands", ordering="state")
    def where(self, room: Room) -> str:
        if room.state != Room.State.IN_PROGRESS:
            return room.get_state_display()
        again = ", second round" if room.round == 2 else ""
        return f"Decision {room.decision_number}{again}: {room.get_phase_display().lower()}"

    @admin.display(description="seats", ordering="seated")
    def seats(self, room: Any) -> str:
        return people_and_bots(room.seated, room.seated_bots, of=room.capacity)

    @admin.display(description="voted")
    def votes(self, room: Any) -> str:
        if room.phase != Room.Phase.VOTING:
            return ""
        return people_and_bots(room.voted, room.voted_bots, of=room.seated)

    @admin.display(description="due", ordering="due_at")
    def due(self, room: Room) -> str:
        if room.due_at is None or not room.is_live:
            return ""
        now = timezone.now()
        return f"in {timesince(now, room.due_at, depth=1)}" if room.due_at > now else "overdue"

    @admin.display(description="quiet for", ordering="active_at")
    def quiet_for(self, room: Room) -> str:
        return timesince(room.active_at, depth=1) if room.is_live else ""

    @admin.display(description="closed because", ordering="close_reason")
    def why_closed(self, room: Room) -> str:
        return room.get_close_reason_display() if room.close_reason else ""

    @admin.display(description="more")
    def more(self, room: Room) -> SafeString:
        votes = reverse("admin:rooms_vote_changelist")
        messages = reverse("admin:rooms_message_changelist")
        return format_html(
            '<a href="{}?q={}"><u>Revealed votes of this room</u></a> · <a href="{}?q={}"><u>Its chat</u></a>',
            votes, room.code, messages, room.code,
        )  # fmt: skip

    @admin.action(description="Close the chosen rooms", permissions=["act"])
    def close_rooms(self, request: HttpRequest, queryset: QuerySet[Room]) -> HttpResponse | None:
        chosen = list(queryset)
        if asked := ask_first(self, request, CLOSING, chosen, action="close_rooms"):
            return asked
        live = [room for room in chosen if room.is_live]
        for room in live:
            close_room(by=staff(request), room_id=room.pk)
        over = len(chosen) - len(live)
        self.message_user(request, f"{len(live)} closed." + (f" {over} had ended already." if over else ""))
        return None

    @page_action("Close this room", path="close", icon="door_front")
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        room = self.get_object(request, object_id)
        if room is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if asked := ask_first(self, request, CLOSING, [room]):
            return asked
        close_room(by=staff(request), room_id=room.pk)
        self.message_user(request, f"{room} is closed.")
        return HttpResponseRedirect(reverse("admin:rooms_room_change", args=[room.pk]))
