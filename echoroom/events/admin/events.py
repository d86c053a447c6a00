from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminSelect2MultipleWidget, UnfoldAdminSelectWidget

from echoroom.accounts.admin.actions import page_action
from echoroom.accounts.admin.base import staff
from echoroom.accounts.admin.confirming import Question, ask_first
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.accounts.models import User
from echoroom.events.admin.scoping import ScopedAdmin
from echoroom.events.admin.times import EventTimeField, EventTimesForm, at_event
from echoroom.events.models import Event, EventOrganiser, Participant
from echoroom.events.services.events import close_event, create_event, reopen_event, set_organisers, update_event

FIELDS = ["name", "welcome", "brand_colour", "time_zone", "opens_at", "closes_at", "is_test"]
CLOSING = Question(
    title="Close the event?",
    sentence="Nobody gets in any more. Rooms that are being played go on to their end. You can reopen it.",
    button="Close it",
)


class EventForm(EventTimesForm):
    event_times = ("opens_at", "closes_at")

    time_zone = forms.ChoiceField(
        choices=[(zone, zone) for zone in sorted(available_timezones())], widget=UnfoldAdminSelectWidget, initial="UTC"
    )
    opens_at = EventTimeField(initial=timezone.now, help_text="As the clocks at the event say.")
    closes_at = EventTimeField(required=False, help_text="As the clocks at the event say. Empty: until you close it.")
    organisers = forms.ModelMultipleChoiceField(
        User.objects.filter(role=User.Role.ORGANISER, is_active=True).order_by("name"),
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text="Who may run this event and see its people.",
    )

    class Meta:
        model = Event
        fields = FIELDS
        widgets = {"brand_colour": UnfoldAdminColorInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "organisers" in self.fields and self.instance.pk:
            self.initial["organisers"] = list(self.instance.organisers.values_list("user_id", flat=True))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        opens, closes = self.cleaned_data.get("opens_at"), self.cleaned_data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "The event must close after it opens.")
        return cleaned

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.cleaned_data["time_zone"] if hasattr(self, "cleaned_data") else self.instance.time_zone)


class EventState(QuestionFilter):
    title = "state"
    parameter_name = "state"
    answers = {"open": "Open now", "upcoming": "Upcoming", "closed": "Closed"}

    def open(self, events: QuerySet[Event]) -> QuerySet[Event]:
        now = timezone.now()
        return events.filter(Q(closes_at=None) | Q(closes_at__gt=now), opens_at__lte=now)

    def upcoming(self, events: QuerySet[Event]) -> QuerySet[Event]:
        return events.filter(opens_at__gt=timezone.now())

    def closed(self, events: QuerySet[Event]) -> QuerySet[Event]:
        return events.filter(closes_at__lte=timezone.now())


@admin.register(Event)
class EventAdmin(ScopedAdmin):
    event_path = "pk"
    can_add = can_change = True
    form = EventForm
    list_display = ["name", "state", "opens", "closes", "time_zone", "people"]
    list_filter = [EventState]
    search_fields = ["name"]
    search_help_text = "Part of an event's name"
    actions = ["close_events", "reopen_events"]
    actions_detail = ["generate_codes", "sheet", "close", "reopen"]

    def get_queryset(self, request: HttpRequest) -> Any:
        theirs = Participant.objects.filter(event=OuterRef("pk"), is_bot=False)
        people = theirs.order_by().values("event").annotate(n=Count("pk"))
        counted = Coalesce(Subquery(people.values("n"), output_field=IntegerField()), 0)
        return super().get_queryset(request).annotate(people=counted)

    def get_fields(self, request: HttpRequest, obj: Event | None = None) -> list[str]:
        # Whom else to let in is for admins: the choice shows every organiser's name.
        return [*FIELDS, "organisers"] if staff(request).is_superuser else FIELDS

    def get_form(self, request: HttpRequest, obj: Event | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if not staff(request).is_superuser:
            form.base_fields.pop("organisers", None)
        return form

    @admin.display(description="state")
    def state(self, event: Event) -> str:
        now = timezone.now()
        if event.is_open_at(now):
            return "Open"
        return "Upcoming" if event.opens_at > now else "Closed"

    @admin.display(description="opens", ordering="opens_at")
    def opens(self, event: Event) -> str:
        return at_event(event.opens_at, event)

    @admin.display(description="closes", ordering="closes_at")
    def closes(self, event: Event) -> str:
        return at_event(event.closes_at, event)

    @admin.display(description="people")
    def people(self, event: Any) -> int:
        return int(event.people)

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        by, fields = staff(request), {name: form.cleaned_data[name] for name in FIELDS}
        if change:
            update_event(by=by, event_id=obj.pk, changes=fields)
        else:
            name = fields.pop("name")
            obj.__dict__.update(create_event(by=by, name=name, **fields).__dict__)
        if "organisers" in form.cleaned_data:
            set_organisers(by=by, event_id=obj.pk, organisers=form.cleaned_data["organisers"])

    @admin.action(description="Close the chosen events", permissions=["act"])
    def close_events(self, request: HttpRequest, queryset: QuerySet[Event]) -> HttpResponse | None:
        chosen = list(queryset)
        if asked := ask_first(self, request, CLOSING, chosen, action="close_events"):
            return asked
        for event in chosen:
            close_event(by=staff(request), event_id=event.pk)
        self.message_user(request, f"Closed: {', '.join(map(str, chosen))}. Nobody gets in any more.")
        return None

    @admin.action(description="Reopen the chosen events", permissions=["act"])
    def reopen_events(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        chosen = list(queryset)
        for event in chosen:
            reopen_event(by=staff(request), event_id=event.pk)
        self.message_user(request, f"Open until you close them: {', '.join(map(str, chosen))}.")

    @page_action("Generate codes", path="codes", icon="qr_code_2_add")
    def generate_codes(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:events_eventcode_generate") + f"?event={object_id}")

    @page_action("QR sheet", path="sheet", icon="print")
    def sheet(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:events_eventcode_sheet") + f"?event={object_id}")

    @page_action("Close this event", path="close", icon="door_front")
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._one(request, object_id, CLOSING, close_event, "{} is closed. Nobody gets in any more.")

    @page_action("Reopen this event", path="reopen", icon="door_open")
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        question = Question(
            title="Reopen the event?",
            sentence="Its codes let people in again, and it stays open until you close it.",
            button="Reopen it",
        )
        return self._one(request, object_id, question, reopen_event, "{} is open until you close it.")

    def _one(self, request: HttpRequest, object_id: str, question: Question, verb: Any, said: str) -> HttpResponse:
        event = self.get_object(request, object_id)
        if event is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if asked := ask_first(self, request, question, [event]):
            return asked
        verb(by=staff(request), event_id=event.pk)
        self.message_user(request, said.format(event))
        return HttpResponseRedirect(reverse("admin:events_event_change", args=[event.pk]))


@admin.register(EventOrganiser)
class EventOrganiserAdmin(ScopedAdmin):
    """Changed on the event's page."""

    list_display = ["event", "user"]
    list_select_related = ["event", "user"]
    fields = ["event", "user"]
