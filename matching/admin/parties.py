"""Parties, for organisers to read. Blocks have no page here: they are nobody's but the blocker's."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.navigation import Group, names
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from matching.models import Party, PartyMember


class PartyQuestion(QuestionFilter):
    title = "state"
    parameter_name = "now"
    answers = {"together": "Together now", "dissolved": "Dissolved"}

    def together(self, parties: QuerySet[Party]) -> QuerySet[Party]:
        return parties.filter(dissolved_at=None)

    def dissolved(self, parties: QuerySet[Party]) -> QuerySet[Party]:
        return parties.filter(dissolved_at__isnull=False)


@admin.register(Party)
class PartyAdmin(ScopedAdmin):
    list_display = ["code", "event", "people", "created_at", "dissolved_at"]
    list_select_related = ["event"]
    list_filter = [PartyQuestion, ("event", ScopedChoices)]
    search_fields = ["=code"]
    search_help_text = "A party's code"
    ordering = ["-created_at", "-pk"]
    fields = ["code", "event", "people", "created_at", "dissolved_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(people_now=Count("members", filter=Q(members__left_at=None)))
        return counted

    @admin.display(description="people now")
    def people(self, party: Any) -> int:
        return int(party.people_now)


@admin.register(PartyMember)
class PartyMemberAdmin(ScopedAdmin):
    """Who came into which party, and when they left it."""

    event_path = "party__event"
    list_display = ["participant", "party", "joined_at", "left_at"]
    list_select_related = ["participant", "party"]
    list_filter = [("party__event", ScopedChoices)]
    search_fields = ["participant__name", "=party__code"]
    search_help_text = "Part of a name, or a party's code"
    ordering = ["-joined_at", "-pk"]
    fields = ["participant", "party", "joined_at", "left_at"]
    readonly_fields = fields


names(Group.DETAILS, "Parties", "group_add", Party)
names(Group.DETAILS, "Places in parties", "group", PartyMember)
