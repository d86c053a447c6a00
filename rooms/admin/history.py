"""What happened, and what was asked when. Nobody changes it, and before the reveal nobody reads a vote here either."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from echoroom.accounts.models import User
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from rooms.admin.inlines import DecisionInline, FormFieldInline, OptionInline
from rooms.admin.practice import SeatsOfBots
from rooms.models import (
    Commit,
    Decision,
    DecisionMap,
    Membership,
    Option,
    QuestVersion,
    Reveal,
    Vote,
    VoteChange,
)
from rooms.selectors.console import revealed

ROOM_SEARCH = "A room's code"
# What a version says where no team plays it.
OF_A_FORM = ["quest", "number", "title", "summary", "created_at"]


class RoomHistoryAdmin(ScopedAdmin):
    event_path = "room__event"
    list_select_related: list[str] = ["room"]
    list_filter: list[Any] = [("room__event", ScopedChoices)]
    search_fields = ["=room__code"]
    search_help_text = ROOM_SEARCH
    ordering = ["-pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return list(self.fields or [])


@admin.register(Membership)
class MembershipAdmin(RoomHistoryAdmin):
    """Without `version`, which counts what only the member themself may see, such as a change of their own vote."""

    list_display = ["room", "seat", "participant", "joined_at", "seen_at", "away_at", "left_at"]
    list_select_related = ["room", "participant"]
    list_filter = [SeatsOfBots, ("room__event", ScopedChoices)]
    fields = list_display


@admin.register(Vote)
class VoteAdmin(RoomHistoryAdmin):
    """Votes of revealed rounds only: the others are not even in the queryset, so that no count or order tells of them.

    No search in reasons, and no time of a change: that somebody wavered is theirs to know.
    """

    list_display = ["room", "decision_number", "round", "member", "option", "cast_at"]
    list_select_related = ["room", "membership__participant", "option"]
    fields = ["room", "decision_number", "round", "member", "option", "justification", "cast_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vote]:
        return super().get_queryset(request).filter(revealed())

    @admin.display(description="member")
    def member(self, vote: Vote) -> str:
        return str(vote.membership.participant)


@admin.register(VoteChange)
class VoteChangeAdmin(RoomHistoryAdmin):
    """For admins only, and after the reveal."""

    event_path = "vote__room__event"
    list_display = ["vote", "option", "replaced_at"]
    list_select_related = ["vote", "option"]
    list_filter = [("vote__room__event", ScopedChoices)]
    search_fields = ["=vote__room__code"]
    fields = ["vote", "option", "justification", "replaced_at"]

    def is_open_to(self, user: User) -> bool:
        return user.is_superuser

    def get_queryset(self, request: HttpRequest) -> QuerySet[VoteChange]:
        return super().get_queryset(request).filter(revealed("vote__"))


@admin.register(Reveal)
class RevealAdmin(RoomHistoryAdmin):
    list_display = ["room", "decision_number", "round", "reason", "votes", "seats", "revealed_at"]
    list_filter = ["reason", ("room__event", ScopedChoices)]
    fields = list_display


@admin.register(Commit)
class CommitAdmin(RoomHistoryAdmin):
    list_display = ["room", "decision_number", "option", "committer", "rule", "rule_met", "was_tie", "committed_at"]
    list_select_related = ["room", "option", "author__participant"]
    list_filter = ["rule", "rule_met", "was_tie", ("room__event", ScopedChoices)]
    fields = [
        "room", "decision_number", "round", "option", "committer", "rule", "rule_met", "was_tie",
        "tally", "dissent", "committed_at",
    ]  # fmt: skip

    @admin.display(description="committed by")
    def committer(self, commit: Commit) -> str:
        return str(commit.author.participant)


@admin.register(DecisionMap)
class DecisionMapAdmin(RoomHistoryAdmin):
    list_display = ["room", "quest", "created_at"]
    list_select_related = ["room__quest"]
    fields = ["id", "room", "quest", "created_at", "digest", "written"]
    ordering = ["-created_at", "-pk"]

    class Media:
        css = {"all": ["console/console.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[DecisionMap]:
        rows: QuerySet[DecisionMap] = super().get_queryset(request)
        match = request.resolver_match
        # A document is many pages long: only the map's own page reads it.
        return rows if match and "object_id" in match.kwargs else rows.defer("document")

    @admin.display(description="quest")
    def quest(self, decision_map: DecisionMap) -> str:
        return str(decision_map.room.quest)

    @admin.display(description="document")
    def written(self, decision_map: DecisionMap) -> SafeString:
        text = json.dumps(decision_map.document, indent=2, ensure_ascii=False, sort_keys=True)
        return format_html('<pre class="er-document">{}</pre>', text)


class ContentAdmin(ScopedAdmin):
    """A version never changes."""

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return list(self.fields or [])


@admin.register(QuestVersion)
class QuestVersionAdmin(ContentAdmin):
    event_path = "quest__event"
    list_display = ["title", "number", "quest", "rule", "rounds", "team_size", "created_at"]
    list_select_related = ["quest"]
    list_filter = [("quest__event", ScopedChoices), ("quest", ScopedChoices)]
    search_fields = ["title"]
    fields = [
        "quest", "number", "title", "summary", "rule", "rounds", "team_min", "team_size", "team_max",
        "vote_seconds", "patience_seconds", "lobby_seconds", "created_at",
    ]  # fmt: skip
    ordering = ["-created_at", "-pk"]

    def get_fields(self, request: HttpRequest, obj: QuestVersion | None = None) -> list[str]:
        return self.fields if obj is None or obj.quest.is_room else OF_A_FORM

    def get_inlines(self, request: HttpRequest, obj: QuestVersion | None) -> list[Any]:
        return [DecisionInline if obj is None or obj.quest.is_room else FormFieldInline]


@admin.register(Decision)
class DecisionAdmin(ContentAdmin):
    event_path = "version__quest__event"
    list_display = ["__str__", "version", "question"]
    list_select_related = ["version"]
    list_filter = [("version__quest__event", ScopedChoices)]
    search_fields = ["title"]
    fields = ["version", "number", "title", "question", "context"]
    inlines = [OptionInline]
    ordering = ["-pk"]


@admin.register(Option)
class OptionAdmin(ContentAdmin):
    event_path = "decision__version__quest__event"
    list_display = ["__str__", "decision", "of_version"]
    list_select_related = ["decision__version"]
    list_filter = [("decision__version__quest__event", ScopedChoices)]
    search_fields = ["title"]
    fields = ["decision", "key", "title", "description", "impact", "trade_off", "risks"]
    ordering = ["-pk"]

    @admin.display(description="version")
    def of_version(self, option: Any) -> str:
        return str(option.decision.version)
