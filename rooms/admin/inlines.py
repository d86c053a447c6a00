from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from echoroom.accounts.admin.base import staff
from rooms.models import Commit, Decision, FormField, Membership, Option, Reveal


class ReadOnlyInline(TabularInline):
    """Rows of the object above, which the person may see because they may see the object."""

    extra = 0
    can_delete = False
    hide_title = True
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related(*self.related)
        return rows if self.related else rows.select_related(None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return staff(request).is_organiser

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MembershipInline(ReadOnlyInline):
    model = Membership
    related = ("participant",)
    # Without `version`: it counts what only the member themself may see.
    fields = ["seat", "participant", "who", "joined_at", "seen_at", "away_at", "left_at"]
    readonly_fields = fields

    @admin.display(description="who")
    def who(self, seat: Membership) -> str:
        return "Practice bot" if seat.participant.is_bot else "Person"


class RevealInline(ReadOnlyInline):
    model = Reveal
    fields = ["decision_number", "round", "reason", "votes", "seats", "revealed_at"]
    readonly_fields = fields


class CommitInline(ReadOnlyInline):
    model = Commit
    related = ("option", "author__participant")
    fields = ["decision_number", "round", "option", "rule", "rule_met", "was_tie", "tally", "dissent", "committed_at"]
    readonly_fields = fields


class DecisionInline(ReadOnlyInline):
    model = Decision
    fields = ["number", "title", "question"]
    readonly_fields = fields


class FormFieldInline(ReadOnlyInline):
    model = FormField
    fields = ["number", "key", "label", "type", "required"]
    readonly_fields = fields


class OptionInline(ReadOnlyInline):
    model = Option
    fields = ["key", "title", "description", "impact", "trade_off"]
    readonly_fields = fields
