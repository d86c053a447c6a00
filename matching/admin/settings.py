"""What an organiser sets for an event: how teams are formed, and who is told how the queues do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminURLInputWidget

from echoroom.accounts.admin.actions import page_action
from echoroom.accounts.admin.base import staff
from echoroom.accounts.admin.confirming import Question, ask_first
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.accounts.models import User
from echoroom.events.admin.dashboard import Number, counts, listing
from echoroom.events.admin.navigation import Group, names
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from echoroom.events.admin.times import at_event
from echoroom.events.models import Event
from matching.models import MatchingWeights, QueueReport, ReportSending
from matching.services.reporting import remove_report, report_now, send_again, set_report
from matching.services.weighing import LARGEST, reset_weights, set_weights

SENDING = Question(
    title="Send a report now?",
    sentence="It goes to the e-mail address and the webhook of this event, beside those that are due by the clock.",
    button="Send it",
)


class WeightsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = MatchingWeights
        fields = ["event", *MatchingWeights.CRITERIA]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MatchingWeights.CRITERIA:
            if name in self.fields:
                self.fields[name].widget.attrs |= {"min": 0, "max": LARGEST, "step": "any"}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        weights = {name: self.cleaned_data.get(name) for name in MatchingWeights.CRITERIA}
        for name, weight in weights.items():
            if weight is not None and not 0 <= weight <= LARGEST:
                self.add_error(name, f"From 0 to {LARGEST:.0f}. With 0 it does not count.")
        if not self.errors and not any(weights.values()):
            self.add_error(None, "Give at least one criterion a weight above 0.")
        return cleaned


@admin.register(MatchingWeights)
class MatchingWeightsAdmin(ScopedAdmin):
    """An event without a row has the defaults; deleting one goes back to them."""

    can_add = can_change = can_delete = True
    form = WeightsForm
    list_display = ["event", *MatchingWeights.CRITERIA]
    list_select_related = ["event"]
    list_filter = [("event", ScopedChoices)]
    fields = ["event", *MatchingWeights.CRITERIA]
    ordering = ["event__name", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: MatchingWeights | None = None) -> list[str]:
        return ["event"] if obj else []

    def save_model(self, request: HttpRequest, obj: MatchingWeights, form: Any, change: bool) -> None:
        weights = {name: form.cleaned_data[name] for name in MatchingWeights.CRITERIA}
        set_weights(by=staff(request), event_id=obj.event_id, weights=weights)

    def delete_model(self, request: HttpRequest, obj: MatchingWeights) -> None:
        reset_weights(by=staff(request), event_id=obj.event_id)


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]
    webhook_url = forms.URLField(
        label="Webhook",
        required=False,
        assume_scheme="https",
        max_length=200,
        widget=UnfoldAdminURLInputWidget,
        help_text="An https address of yours that takes a POST of JSON, signed with the secret below. Empty: none.",
    )

    class Meta:
        model = QueueReport
        fields = ["event", "every_minutes", "email", "webhook_url"]


def state_of(sending: ReportSending) -> str:
    if sending.sent_at:
        return f"Sent {at_event(sending.sent_at, sending.report.event)}"
    if sending.given_up_at:
        return "Given up"
    return "Tried again soon" if sending.attempts else "On its way"


@admin.register(QueueReport)
class QueueReportAdmin(ScopedAdmin):
    """By e-mail and webhook, while the event is open."""

    can_add = can_change = can_delete = True
    form = ReportForm
    list_display = ["event", "every_minutes", "email", "webhook_url", "next_due"]
    list_select_related = ["event"]
    list_filter = [("event", ScopedChoices)]
    ordering = ["event__name", "pk"]
    actions_detail = ["send_now"]

    def get_fields(self, request: HttpRequest, obj: QueueReport | None = None) -> list[str]:
        asked = ["event", "every_minutes", "email", "webhook_url"]
        return [*asked, "webhook_secret", "next_due", "last"] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: QueueReport | None = None) -> list[str]:
        return ["event", "webhook_secret", "next_due", "last"] if obj else []

    @admin.display(description="next", ordering="due_at")
    def next_due(self, report: QueueReport) -> str:
        return at_event(report.due_at, report.event)

    @admin.display(description="last ones")
    def last(self, report: QueueReport) -> str:
        rows = report.sendings.select_related("report__event")[:6]
        return "; ".join(f"{row.get_way_display()}: {state_of(row)} {row.error}".strip() for row in rows) or "None yet"

    def save_model(self, request: HttpRequest, obj: QueueReport, form: Any, change: bool) -> None:
        asked = {name: form.cleaned_data[name] for name in ("every_minutes", "email", "webhook_url")}
        set_report(by=staff(request), event_id=obj.event_id, **asked)

    def delete_model(self, request: HttpRequest, obj: QueueReport) -> None:
        remove_report(by=staff(request), event_id=obj.event_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        deleted, counts, _, protected = super().get_deleted_objects(objs, request)
        # What was sent of it goes with it, although nobody may delete that by itself.
        return deleted, counts, set(), protected

    @page_action("Send one now", path="send", icon="send")
    def send_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        report = self.get_object(request, object_id)
        if report is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if asked := ask_first(self, request, SENDING, [report.event]):
            return asked
        report_now(by=staff(request), event_id=report.event_id)
        self.message_user(request, "A report is on its way.")
        return HttpResponseRedirect(reverse("admin:matching_queuereport_change", args=[report.pk]))


class SendingState(QuestionFilter):
    title = "state"
    parameter_name = "state"
    answers = {"given_up": "Given up", "owed": "On its way", "sent": "Sent"}

    def given_up(self, sendings: QuerySet[ReportSending]) -> QuerySet[ReportSending]:
        return sendings.filter(given_up_at__isnull=False)

    def owed(self, sendings: QuerySet[ReportSending]) -> QuerySet[ReportSending]:
        return sendings.filter(sent_at=None, given_up_at=None)

    def sent(self, sendings: QuerySet[ReportSending]) -> QuerySet[ReportSending]:
        return sendings.filter(sent_at__isnull=False)


@admin.register(ReportSending)
class ReportSendingAdmin(ScopedAdmin):
    event_path = "report__event"
    list_display = ["of", "report_of", "way", "state", "attempts", "error"]
    list_select_related = ["report__event"]
    list_filter = [SendingState, "way", ("report__event", ScopedChoices)]
    fields = ["report_of", "way", "of", "state", "attempts", "due_at", "error"]
    readonly_fields = fields
    ordering = ["-of", "-pk"]
    actions = ["retry"]

    @admin.display(description="event")
    def report_of(self, sending: ReportSending) -> str:
        return str(sending.report.event)

    @admin.display(description="state")
    def state(self, sending: ReportSending) -> str:
        return state_of(sending)

    @admin.action(description="Send the chosen again", permissions=["act"])
    def retry(self, request: HttpRequest, queryset: QuerySet[ReportSending]) -> None:
        chosen = list(queryset)
        for sending in chosen:
            send_again(by=staff(request), sending_id=sending.pk)
        given_up = sum(sending.given_up_at is not None for sending in chosen)
        self.message_user(request, f"{given_up} of {len(chosen)} had been given up, and are tried again.")


@counts
def report_numbers(user: User) -> Iterable[Number]:
    events = Event.objects.visible_to(user)
    if failed := ReportSending.objects.filter(report__event__in=events, given_up_at__isnull=False).count():
        yield Number(
            label="Reports that were not sent",
            value=failed,
            note="Look at the error and the address, then send them again.",
            path=listing("matching_reportsending", "state=given_up"),
            alarming=True,
        )


names(Group.EVENT, "Matching weights", "balance", MatchingWeights)
names(Group.EVENT, "Queue reports", "outgoing_mail", QueueReport)
names(Group.DETAILS, "Sent reports", "mark_email_read", ReportSending)
