"""What the matcher decided, for organisers to read: ticks, and why each team is one.

A team is a few people whose names are known. How mixed it is by gender would tell what each of them is, so would a
score to the last digit beside all other criteria, or the name of the rule about it: none of these is shown.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from echoroom.events.admin.navigation import Group, names
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from matching.former import Rule
from matching.models import MatchedTeam, MatchTick

SHOWN = {
    "country": "country",
    "organisation": "organisation",
    "occupation": "role",
    "skill": "skill",
    "interests": "interests",
    "size": "size",
    "wait": "wait",
}
SIZE, OTHERS = "Ideal size", "A softer rule"


def rounded(score: float) -> str:
    return f"{score:.1f}"


@admin.register(MatchTick)
class MatchTickAdmin(ScopedAdmin):
    """Each can be run again, to the same teams: `manage.py replay_tick`."""

    event_path = "quest__event"
    list_display = ["at", "quest", "waiting", "placed", "about", "milliseconds"]
    list_select_related = ["quest"]
    list_filter = [("quest__event", ScopedChoices), ("quest", ScopedChoices)]
    fields = ["id", "quest", "at", "waiting", "placed", "about", "milliseconds"]
    readonly_fields = fields
    ordering = ["-at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        # What it was asked and answered may be megabytes.
        return rows.defer("problem", "result")

    @admin.display(description="score")
    def about(self, tick: MatchTick) -> str:
        return rounded(tick.score)


@admin.register(MatchedTeam)
class MatchedTeamAdmin(ScopedAdmin):
    """The score by criterion, what was relaxed at which second, and the best team that was not chosen."""

    event_path = "room__event"
    list_display = ["room", "quest", "about", "gave_way"]
    list_select_related = ["room__quest"]
    list_filter = [("room__event", ScopedChoices), ("room__quest", ScopedChoices)]
    search_fields = ["=room__code"]
    search_help_text = "A room's code"
    fields = ["room", "quest", "tick", "about", "by_criterion", "gave_way", "other"]
    readonly_fields = fields
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("tick__problem", "tick__result")

    @admin.display(description="quest")
    def quest(self, team: MatchedTeam) -> str:
        return str(team.room.quest)

    @admin.display(description="score")
    def about(self, team: MatchedTeam) -> str:
        return rounded(team.score)

    @admin.display(description="by criterion, 0 to 1")
    def by_criterion(self, team: MatchedTeam) -> str:
        return ", ".join(f"{name} {team.criteria[key]:.2f}" for key, name in SHOWN.items() if key in team.criteria)

    @admin.display(description="gave way")
    def gave_way(self, team: MatchedTeam) -> str:
        told = {SIZE if each["rule"] == Rule.IDEAL_SIZE else OTHERS: each["second"] for each in team.relaxed}
        return ", ".join(f"{rule} at {second:.0f} s" for rule, second in told.items())

    @admin.display(description="best team not chosen")
    def other(self, team: MatchedTeam) -> str:
        if not team.runner_up:
            return "There was no other."
        tickets = ", ".join(str(number) for number in team.runner_up["tickets"])
        return f"Tickets {tickets}, with a score of {rounded(team.runner_up['score'])}"


names(Group.HISTORY, "Matched teams", "diversity_3", MatchedTeam)
names(Group.DETAILS, "Ticks", "manufacturing", MatchTick)
