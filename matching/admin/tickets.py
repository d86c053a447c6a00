from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince

from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.accounts.models import User
from echoroom.events.admin.dashboard import Number, counts, listing
from echoroom.events.admin.navigation import Group, leads_to, names
from echoroom.events.admin.participants import ParticipantAdmin
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from echoroom.events.models import Participant
from matching.models import PracticeRoom, Queue, Ticket
from matching.selectors.queue_alarms import queues_in_alarm

LONG = timedelta(seconds=60)
LATELY = timedelta(minutes=15)


class TicketQuestion(QuestionFilter):
    title = "what needs a look"
    parameter_name = "now"
    answers = {
        "long": "Waiting over 60 s",
        "no_team": "No team found",
        "alone_lately": "No team found in the last 15 min",
    }

    def long(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return tickets.filter(state=Ticket.State.WAITING, waits_since__lte=timezone.now() - LONG)

    def no_team(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return tickets.filter(state=Ticket.State.NO_TEAM)

    def alone_lately(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        return tickets.filter(state=Ticket.State.NO_TEAM, ended_at__gte=timezone.now() - LATELY)


@admin.register(Ticket)
class TicketAdmin(ScopedAdmin):
    event_path = "quest__event"
    list_display = ["participant", "quest", "number", "state", "waited", "party", "group", "room"]
    list_select_related = ["participant", "quest", "party", "room"]
    list_filter = [TicketQuestion, "state", ("quest__event", ScopedChoices), ("quest", ScopedChoices)]
    search_fields = ["participant__name", "=room__code", "=party__code"]
    search_help_text = "Part of a name, or the code of a room or a party"
    ordering = ["-joined_at", "-pk"]
    fields = [
        "quest", "number", "participant", "party", "group", "state", "room",
        "joined_at", "waits_since", "seen_at", "ended_at",
    ]  # fmt: skip
    readonly_fields = fields

    @admin.display(description="waited")
    def waited(self, ticket: Ticket) -> str:
        seconds = int(((ticket.ended_at or timezone.now()) - ticket.waits_since).total_seconds())
        return f"{seconds} s" if seconds < 120 else timesince(ticket.waits_since, ticket.ended_at, depth=1)


@admin.register(Queue)
class QueueAdmin(ScopedAdmin):
    event_path = "quest__event"
    list_display = ["quest", "held_at", "version"]
    list_select_related = ["quest"]
    fields = ["quest", "held_at", "version"]

    def get_readonly_fields(self, request: HttpRequest, obj: Queue | None = None) -> list[str]:
        return ["quest", "held_at", "version"]


@admin.register(PracticeRoom)
class PracticeRoomAdmin(ScopedAdmin):
    """Rooms that somebody had filled up with practice bots."""

    event_path = "room__event"
    list_display = ["room", "quest", "asked_by", "asked_at", "look_at"]
    list_select_related = ["room__quest", "asked_by"]
    list_filter = ["room__state", ("room__event", ScopedChoices)]
    search_fields = ["=room__code"]
    search_help_text = "A room's code"
    fields = ["room", "quest", "asked_by", "asked_at", "look_at"]
    readonly_fields = fields

    @admin.display(description="quest")
    def quest(self, practice: PracticeRoom) -> str:
        return str(practice.room.quest)


class InAQueue(QuestionFilter):
    title = "queue"
    parameter_name = "queue"
    answers = {"now": "Waiting now"}

    def now(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        waiting = Ticket.objects.filter(participant=OuterRef("pk"), state=Ticket.State.WAITING)
        return people.filter(Exists(waiting))


ParticipantAdmin.also_filter_by(InAQueue)
leads_to(Group.NOW, "Queue console", "groups", "queue-dashboard")
names(Group.NOW, "Queue tickets", "hourglass_top", Ticket)
names(Group.DETAILS, "Queues", "format_list_numbered", Queue)
names(Group.DETAILS, "Practice rooms", "smart_toy", PracticeRoom)


@counts
def queue_numbers(user: User) -> Iterable[Number]:
    tickets = Ticket.objects.visible_to(user)
    now = timezone.now()
    if alarms := queues_in_alarm(user=user):
        yield Number(
            label="Queues that need you",
            value=len(alarms),
            note="Somebody has waited longer than promised, though a team could be formed.",
            path=f"{reverse('queue-dashboard')}?quest={alarms[0].pk}",
            alarming=True,
        )
    if alone := tickets.filter(state=Ticket.State.NO_TEAM, ended_at__gte=now - LATELY).count():
        yield Number(
            label="Left without a team",
            value=alone,
            note="In the last 15 minutes. Ask them to queue again together.",
            path=listing("matching_ticket", "now=alone_lately"),
            alarming=True,
        )
    yield Number(
        label="People waiting for a team",
        value=tickets.waiting().count(),
        path=listing("matching_ticket", "state__exact=waiting"),
    )
