from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from echoroom.accounts.admin.base import staff
from echoroom.accounts.admin.confirming import Question, ask_first
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from echoroom.events.admin.times import at_event
from echoroom.events.models import PUBLIC_FIELDS, Participant, PersonalLink, SeatDevice
from echoroom.events.services.erasing import erase_participant

ERASING = Question(
    title="Erase these people?",
    sentence="Their profiles are emptied, they are signed out for good, and their teams read “A former member”. What "
    "they wrote in votes, chats and forms stays under that name. It cannot be undone.",
    button="Erase",
)

# What is stored as a list, and by which column it is said in a line.
IN_WORDS = {"languages": "spoken", "interests": "liked"}


class ProfileState(QuestionFilter):
    title = "profile"
    parameter_name = "profile"
    answers = {"missing": "Not filled in yet", "complete": "Filled in"}

    def missing(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.filter(Q(name="") | Q(consented_at=None))

    def complete(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.exclude(name="").filter(consented_at__isnull=False)


class PeopleOrBots(QuestionFilter):
    title = "people and bots"
    parameter_name = "who"
    answers = {"people": "People", "bots": "Practice bots"}

    def people(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.filter(is_bot=False)

    def bots(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.filter(is_bot=True)


@admin.register(Participant)
class ParticipantAdmin(ScopedAdmin):
    """People and the public part of their profile, which only they change. Nothing here tells anybody's gender."""

    list_display = ["__str__", "event", "organisation", "country", "skill", "spoken", "has_profile", "entered"]
    list_select_related = ["event"]
    list_filter = [ProfileState, PeopleOrBots, ("event", ScopedChoices), "skill"]
    search_fields = ["name", "organisation"]
    search_help_text = "Part of a name or an organisation"
    ordering = ["-entered_at", "-pk"]
    actions = ["erase_people"]
    fields = [
        "event", *(IN_WORDS.get(name, name) for name in PUBLIC_FIELDS), "is_bot", "code", "consented_at", "entered_at",
    ]  # fmt: skip
    readonly_fields = [*IN_WORDS.values()]

    @admin.action(description="Erase the chosen people", permissions=["act"])
    def erase_people(self, request: HttpRequest, queryset: QuerySet[Participant]) -> HttpResponse | None:
        # Whoever chooses all of a list that is being tried out has chosen bots too, which are nobody.
        chosen = list(queryset.filter(is_bot=False))
        if asked := ask_first(self, request, ERASING, chosen, action="erase_people"):
            return asked
        erased = sum(erase_participant(by=staff(request), participant_id=person.pk) for person in chosen)
        before = len(chosen) - erased
        self.message_user(request, f"{erased} erased." + (f" {before} had been erased before." if before else ""))
        return None

    @classmethod
    def also_filter_by(cls, question: type[QuestionFilter]) -> None:
        """For higher apps: a question about people that only they can answer, such as who sits in a room."""
        if question not in cls.list_filter:
            cls.list_filter = [*cls.list_filter, question]

    @admin.display(description="profile", boolean=True)
    def has_profile(self, person: Participant) -> bool:
        return person.has_profile

    @admin.display(description="languages")
    def spoken(self, person: Participant) -> str:
        return ", ".join(person.languages)

    @admin.display(description="interests")
    def liked(self, person: Participant) -> str:
        return ", ".join(person.interests)

    @admin.display(description="entered", ordering="entered_at")
    def entered(self, person: Participant) -> str:
        return at_event(person.entered_at, person.event)


@admin.register(SeatDevice)
class SeatDeviceAdmin(ScopedAdmin):
    """Where people are signed in. What a session keeps is never shown."""

    event_path = "participant__event"
    list_display = ["participant", "kind", "created_at", "revoked_at", "why_revoked"]
    list_select_related = ["participant"]
    fields = ["participant", "kind", "created_at", "revoked_at", "why_revoked"]
    readonly_fields = ["why_revoked"]
    list_filter = ["kind"]
    ordering = ["-pk"]

    @admin.display(description="signed out because")
    def why_revoked(self, device: SeatDevice) -> str:
        return device.get_revoke_reason_display() if device.revoke_reason else ""


@admin.register(PersonalLink)
class PersonalLinkAdmin(ScopedAdmin):
    event_path = "participant__event"
    list_display = ["participant", "created_at"]
    list_select_related = ["participant"]
    fields = ["participant", "created_at"]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # What opens a seat is not even fetched.
        return super().get_queryset(request).defer("token_hash")
