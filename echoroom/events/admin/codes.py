from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from echoroom.accounts.admin.actions import page_action
from echoroom.accounts.admin.base import staff
from echoroom.accounts.admin.confirming import Question, ask_first
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices, only_event, visible_rows
from echoroom.events.admin.sheet import join_qr, sheet_page
from echoroom.events.admin.times import EventTimeField, EventTimesForm, at_event
from echoroom.events.models import Event, EventCode
from echoroom.events.services.events import (
    MOST_CODES,
    create_code,
    delete_code,
    generate_codes,
    set_code_active,
    update_code,
)
from echoroom.refusals import Refusal


class CodeForm(EventTimesForm):
    event_times = ("expires_at",)

    expires_at = EventTimeField(required=False, help_text="As the clocks at the event say. Empty: never.")

    class Meta:
        model = EventCode
        fields = ["event", "code", "max_uses", "expires_at"]

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()

    def clean_max_uses(self) -> int | None:
        most: int | None = self.cleaned_data["max_uses"]
        if most is not None and most < max(1, self.instance.uses):
            raise forms.ValidationError(f"Allow at least {max(1, self.instance.uses)}: so many have entered.")
        return most

    def zone(self) -> ZoneInfo:
        event: Event = self.instance.event if self.instance.pk else self.cleaned_data["event"]
        return event.zone


class GenerateForm(forms.Form):
    event = forms.ModelChoiceField(Event.objects.none(), widget=UnfoldAdminSelectWidget)
    count = forms.IntegerField(
        min_value=1, max_value=MOST_CODES, initial=10, widget=UnfoldAdminIntegerFieldWidget, help_text="1 to 100."
    )
    beginning = forms.RegexField(
        r"^[A-Za-z0-9_-]{0,13}$",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Stands before each code, as in HACK-7QXM4R. Up to 13 of A–Z, 0–9, _ and -.",
        error_messages={"invalid": "Up to 13 of A–Z, 0–9, _ and -."},
    )
    max_uses = forms.IntegerField(
        min_value=1,
        max_value=1_000_000,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="How many people each code lets in. Empty: any number.",
    )

    def __init__(self, *args: Any, events: QuerySet[Event], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = events  # type: ignore[attr-defined]


class CodeState(QuestionFilter):
    title = "state"
    parameter_name = "state"
    answers = {
        "open": "Lets people in",
        "used_up": "Used up",
        "expired": "Expired",
        "off": "Switched off",
        "event_closed": "Event not open",
    }

    def open(self, codes: Any) -> QuerySet[EventCode]:
        usable: QuerySet[EventCode] = codes.usable(timezone.now())
        return usable

    def used_up(self, codes: QuerySet[EventCode]) -> QuerySet[EventCode]:
        return codes.filter(uses__gte=F("max_uses"))

    def expired(self, codes: QuerySet[EventCode]) -> QuerySet[EventCode]:
        return codes.filter(expires_at__lte=timezone.now())

    def off(self, codes: QuerySet[EventCode]) -> QuerySet[EventCode]:
        return codes.filter(is_active=False)

    def event_closed(self, codes: QuerySet[EventCode]) -> QuerySet[EventCode]:
        now = timezone.now()
        return codes.filter(Q(event__closes_at__lte=now) | Q(event__opens_at__gt=now))


@admin.register(EventCode)
class EventCodeAdmin(ScopedAdmin):
    can_add = can_change = can_delete = True
    form = CodeForm
    list_display = ["code", "event", "state", "used", "expires", "kind", "link"]
    list_select_related = ["event"]
    list_filter = [CodeState, ("event", ScopedChoices), "kind"]
    search_fields = ["code"]
    search_help_text = "Part of a code"
    actions = ["activate", "deactivate", "print_sheet"]
    actions_list = ["generate"]

    class Media:
        css = {"all": ["console/console.css"]}
        js = ["console/console.js"]

    def get_fields(self, request: HttpRequest, obj: EventCode | None = None) -> list[str]:
        made = ["event", "code", "state", "used", "max_uses", "expires_at", "link", "qr_code"]
        return made if obj else ["event", "code", "max_uses", "expires_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: EventCode | None = None) -> list[str]:
        # People hold the code in their hands: what stands on the wall never changes.
        return ["event", "code", "state", "used", "link", "qr_code"] if obj else []

    def get_urls(self) -> list[Any]:
        return [self._path_from_custom_url(("sheet/", "events_eventcode_sheet", self._sheet)), *super().get_urls()]

    @admin.display(description="state")
    def state(self, code: EventCode) -> str:
        return code.state_at(timezone.now()).capitalize()

    @admin.display(description="used", ordering="uses")
    def used(self, code: EventCode) -> str:
        return f"{code.uses} of {code.max_uses}" if code.max_uses is not None else str(code.uses)

    @admin.display(description="expires", ordering="expires_at")
    def expires(self, code: EventCode) -> str:
        return at_event(code.expires_at, code.event)

    @admin.display(description="join link")
    def link(self, code: EventCode) -> SafeString:
        return format_html('<button type="button" class="er-copy" data-copy="{}">Copy link</button>', code.join_url)

    @admin.display(description="QR code")
    def qr_code(self, code: EventCode) -> SafeString:
        return format_html('<span class="er-qr">{}</span>', join_qr(code))

    def save_model(self, request: HttpRequest, obj: EventCode, form: Any, change: bool) -> None:
        by, terms = staff(request), {name: form.cleaned_data[name] for name in ("max_uses", "expires_at")}
        if change:
            update_code(by=by, code_id=obj.pk, **terms)
        else:
            obj.__dict__.update(create_code(by=by, event=obj.event, code=obj.code, **terms).__dict__)

    def delete_model(self, request: HttpRequest, obj: EventCode) -> None:
        delete_code(by=staff(request), code_id=obj.pk)

    @admin.action(description="Switch on", permissions=["act"])
    def activate(self, request: HttpRequest, queryset: QuerySet[EventCode]) -> None:
        chosen = list(queryset)
        for code in chosen:
            set_code_active(by=staff(request), code_id=code.pk, active=True)
        self.message_user(request, f"{len(chosen)} switched on.")

    @admin.action(description="Switch off", permissions=["act"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[EventCode]) -> HttpResponse | None:
        chosen = list(queryset)
        question = Question(
            title="Switch these codes off?",
            sentence="They let nobody in any more, typed or scanned. People who are in stay in.",
            button="Switch off",
        )
        if asked := ask_first(self, request, question, chosen, action="deactivate"):
            return asked
        for code in chosen:
            set_code_active(by=staff(request), code_id=code.pk, active=False)
        self.message_user(request, f"{len(chosen)} switched off.")
        return None

    @admin.action(description="Printable QR sheet", permissions=["act"])
    def print_sheet(self, request: HttpRequest, queryset: QuerySet[EventCode]) -> HttpResponse:
        chosen = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:MOST_CODES])
        return HttpResponseRedirect(reverse("admin:events_eventcode_sheet") + f"?codes={chosen}")

    def _sheet(self, request: HttpRequest, model_admin: Any) -> HttpResponse:
        return sheet_page(request, self.get_queryset(request))

    @page_action("Generate codes", path="generate", icon="qr_code_2_add", permission="add")
    def generate(self, request: HttpRequest) -> HttpResponse:
        events = visible_rows(self.admin_site, Event, request)
        first = {"event": only_event(events, request.GET.get("event"))}
        form = GenerateForm(request.POST or None, events=events, initial=first)
        if form.is_valid():
            try:
                return self._generated(request, form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, refusal.detail)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Generate codes",
            "sentence": "Random codes that are easy to read aloud, each with its own join link.",
            "form": form,
            "button": "Generate",
        }
        return TemplateResponse(request, "admin/console/form.html", context)

    def _generated(self, request: HttpRequest, wanted: dict[str, Any]) -> HttpResponse:
        made = generate_codes(
            by=staff(request),
            event=wanted["event"],
            count=wanted["count"],
            prefix=wanted["beginning"],
            max_uses=wanted["max_uses"],
        )
        sheet = reverse("admin:events_eventcode_sheet") + f"?codes={','.join(str(code.pk) for code in made)}"
        self.message_user(
            request, format_html('{} codes made. <a href="{}"><u>Print them as QR sheets</u></a>.', len(made), sheet)
        )
        listing = reverse("admin:events_eventcode_changelist")
        return HttpResponseRedirect(f"{listing}?event__id__exact={wanted['event'].pk}&kind__exact=generated")
