"""What the matcher decided, for organisers to read: ticks, and why each team is one.

A team is a few people whose names are known. How mixed it is by gender would tell what each of them is. So would the
matcher's score: an organiser may weigh gender alone. What is shown here is computed from the criteria that are shown,
and of the rules that gave way only the one that says nothing about anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest

from echoroom.events.admin.navigation import Group, names
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from matching.former import Rule
from matching.models import MatchedTeam, MatchTick
from matching.stats.cells import SMALLEST

SHOWN = {
    "country": "country",
    "organisation": "organisation",
    "occupation": "role",
    "skill": "skill",
    "interests": "interests",
    "size": "size",
    "wait": "wait",
}
NONE = "–"


def shown_mean(criteria: Mapping[str, float]) -> float | None:
    """The plain average of the criteria that are shown, 0 to 1; None where there is none."""
    values = [criteria[name] for name in SHOWN if name in criteria]
    return fmean(values) if values else None


@admin.register(MatchTick)
class MatchTickAdmin(ScopedAdmin):
    """Each can be run again, to the same teams: `manage.py replay_tick`."""

    event_path = "quest__event"
    list_display = ["at", "quest", "waiting", "placed", "milliseconds"]
    list_select_related = ["quest"]
    list_filter = [("quest__event", ScopedChoices), ("quest", ScopedChoices)]
    fields = ["id", "quest", "at", "waiting", "placed", "average", "milliseconds"]
    readonly_fields = fields
    ordering = ["-at", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        # What it was asked and answered may be megabytes.
        return rows.defer("problem", "result")

    @admin.display(description="average of its teams, 0 to 1")
    def average(self, tick: MatchTick) -> str:
        """Over teams whose rooms still have their reasons, from the criteria that a team's own page shows."""
        # The page asks several times; this reads them once.
        prefetch_related_objects([tick], "teams")
        means = [mean for team in tick.teams.all() if (mean := shown_mean(team.criteria)) is not None]
        return f"{fmean(means):.2f}" if means and tick.placed >= SMALLEST else NONE


@admin.register(MatchedTeam)
class MatchedTeamAdmin(ScopedAdmin):
    """How good it is by criterion, from which second on it may be of another size, and the best team not chosen."""

    event_path = "room__event"
    list_display = ["room", "quest", "average", "gave_way"]
    list_select_related = ["room__quest"]
    list_filter = [("room__event", ScopedChoices), ("room__quest", ScopedChoices)]
    search_fields = ["=room__code"]
    search_help_text = "A room's code"
    fields = ["room", "quest", "tick", "average", "by_criterion", "gave_way", "other"]
    readonly_fields = fields
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("tick__problem", "tick__result")

    @admin.display(description="quest")
    def quest(self, team: MatchedTeam) -> str:
        return str(team.room.quest)

    @admin.display(description="average of these, 0 to 1")
    def average(self, team: MatchedTeam) -> str:
        mean = shown_mean(team.criteria)
        return NONE if mean is None else f"{mean:.2f}"

    @admin.display(description="by criterion, 0 to 1")
    def by_criterion(self, team: MatchedTeam) -> str:
        return ", ".join(f"{name} {team.criteria[key]:.2f}" for key, name in SHOWN.items() if key in team.criteria)

    @admin.display(description="gave way")
    def gave_way(self, team: MatchedTeam) -> str:
        seconds = [each["second"] for each in team.relaxed if each["rule"] == Rule.IDEAL_SIZE]
        return ", ".join(f"Ideal size at {second:.0f} s" for second in seconds)

    @admin.display(description="best team not chosen")
    def other(self, team: MatchedTeam) -> str:
        if not team.runner_up:
            return "There was no other."
        tickets = ", ".join(str(number) for number in team.runner_up["tickets"])
        return f"Tickets {tickets}"


names(Group.HISTORY, "Matched teams", "diversity_3", MatchedTeam)
names(Group.DETAILS, "Ticks", "manufacturing", MatchTick)
