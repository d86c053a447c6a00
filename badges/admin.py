from __future__ import annotations

from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from badges.catalogue import CATALOGUE, Rarity
from badges.models import Award, Showcase
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.navigation import Group, names
from echoroom.events.admin.participants import ParticipantAdmin
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from echoroom.events.admin.times import at_event
from echoroom.events.models import Participant

LATELY = timedelta(minutes=15)


class AwardedWhen(QuestionFilter):
    title = "awarded"
    parameter_name = "when"
    answers = {"lately": "In the last 15 min", "today": "In the last 24 hours"}

    def lately(self, awards: QuerySet[Award]) -> QuerySet[Award]:
        return awards.filter(awarded_at__gte=timezone.now() - LATELY)

    def today(self, awards: QuerySet[Award]) -> QuerySet[Award]:
        return awards.filter(awarded_at__gte=timezone.now() - timedelta(days=1))


class HowRare(admin.SimpleListFilter):
    title = "rarity"
    parameter_name = "rarity"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Award]) -> list[tuple[str, str]]:
        return [(rarity.value, rarity.value.capitalize()) for rarity in Rarity]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Award]) -> QuerySet[Award]:
        if self.value() not in list(Rarity):
            return queryset
        return queryset.filter(badge__in=[badge.key for badge in CATALOGUE if badge.rarity == self.value()])


@admin.register(Award)
class AwardAdmin(ScopedAdmin):
    """Who has earned what. Workers give badges by the rules; nobody gives or takes one by hand."""

    event_path = "participant__event"
    list_display = ["badge", "rarity", "participant", "room", "awarded"]
    list_select_related = ["participant__event", "room"]
    list_filter = [AwardedWhen, "badge", HowRare, ("participant__event", ScopedChoices)]
    search_fields = ["participant__name", "=room__code"]
    search_help_text = "Part of a name, or a room's code"
    ordering = ["-awarded_at", "-pk"]
    fields = ["badge", "rarity", "participant", "room", "reason", "awarded", "seen_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Award | None = None) -> list[str]:
        return list(self.fields)

    @admin.display(description="rarity")
    def rarity(self, award: Award) -> str:
        return award.definition.rarity.value

    @admin.display(description="awarded", ordering="awarded_at")
    def awarded(self, award: Award) -> str:
        return at_event(award.awarded_at, award.participant.event)


@admin.register(Showcase)
class ShowcaseAdmin(ScopedAdmin):
    """Who shows their badges outside the event. Only they choose."""

    event_path = "participant__event"
    list_display = ["participant", "is_public", "changed_at"]
    list_select_related = ["participant"]
    list_filter = ["is_public", ("participant__event", ScopedChoices)]
    search_fields = ["participant__name"]
    ordering = ["-changed_at", "-pk"]
    fields = ["participant", "is_public", "changed_at"]
    readonly_fields = fields


class HasBadges(QuestionFilter):
    title = "badges"
    parameter_name = "badges"
    answers = {"some": "Has earned some", "none": "Has earned none"}

    def some(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.filter(awards__isnull=False).distinct()

    def none(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.filter(awards=None)


ParticipantAdmin.also_filter_by(HasBadges)
names(Group.HISTORY, "Badges awarded", "military_tech", Award)
names(Group.DETAILS, "Public badges", "public", Showcase)
