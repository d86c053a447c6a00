"""Reports of an event's queues: who gets them how often, and when the next is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.models import Event
from matching.errors import EventNotFound, MailNotSetUp, ReportWithoutReader, WebhookNotAllowed
from matching.models import QueueReport, ReportSending
from matching.reports.posting import objection_to
from matching.reports.signing import new_secret

MOST_AT_ONCE = 100
KEPT = timedelta(days=7)


@transaction.atomic
def set_report(*, by: User, event_id: UUID, every_minutes: int, email: str, webhook_url: str) -> QueueReport:
    """Report on the event's queues from now on. Raises `EventNotFound`, `ReportWithoutReader`, `MailNotSetUp` and
    `WebhookNotAllowed`."""
    event = Event.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(pk=event_id).first()
    if event is None:
        raise EventNotFound
    if not email and not webhook_url:
        raise ReportWithoutReader
    if email and not settings.MAIL_CONFIGURED:
        raise MailNotSetUp
    if webhook_url and (objection := objection_to(webhook_url)):
        raise WebhookNotAllowed(objection)
    report = QueueReport.objects.filter(pk=event.pk).first() or QueueReport(event=event)
    report.every_minutes, report.email, report.webhook_url = every_minutes, email, webhook_url
    report.webhook_secret = report.webhook_secret or new_secret()
    report.due_at = timezone.now() + timedelta(minutes=every_minutes)
    report.save()
    audit.record(
        "queue_report.set",
        by=by,
        target=report,
        event_id=event.pk,
        every_minutes=every_minutes,
        by_mail=bool(email),
        by_webhook=bool(webhook_url),
    )
    return report


@transaction.atomic
def remove_report(*, by: User, event_id: UUID) -> None:
    """Report no more. Without a report this is a success too."""
    report = _own(by, event_id)
    if report is None:
        return
    audit.record("queue_report.removed", by=by, target=report, event_id=event_id)
    report.delete()


@transaction.atomic
def report_now(*, by: User, event_id: UUID) -> list[ReportSending]:
    """Send one now, beside those that are due by the clock. Raises `EventNotFound` where nothing is reported."""
    report = _own(by, event_id)
    if report is None:
        raise EventNotFound
    audit.record("queue_report.asked", by=by, target=report, event_id=event_id)
    return _issue(report, timezone.now())


@transaction.atomic
def send_again(*, by: User, sending_id: int) -> ReportSending:
    """Give a report that was given up all its attempts again. Any other one stays as it is."""
    sending = ReportSending.objects.select_for_update(of=("self",)).select_related("report").get(pk=sending_id)
    if _own(by, sending.report_id) is None:
        raise EventNotFound
    if sending.given_up_at is not None:
        sending.given_up_at, sending.attempts, sending.due_at = None, 0, timezone.now()
        sending.save(update_fields=["given_up_at", "attempts", "due_at"])
        audit.record("queue_report.sent_again", by=by, target=sending, event_id=sending.report_id)
    return sending


def _own(by: User, event_id: UUID) -> QueueReport | None:
    return QueueReport.objects.filter(pk=event_id, event__in=Event.objects.visible_to(by)).first()


def issue_due_reports(*, by: None = None) -> int:
    """Hand out every report whose time has come, of events that are open. How many were."""
    now = timezone.now()
    is_open = Q(event__closes_at=None) | Q(event__closes_at__gt=now)
    due = QueueReport.objects.filter(is_open, due_at__lte=now, event__opens_at__lte=now).order_by("due_at", "pk")
    return sum(_hand_out(event_id, now) for event_id in list(due.values_list("pk", flat=True)[:MOST_AT_ONCE]))


@transaction.atomic
def _hand_out(event_id: UUID, now: datetime) -> int:
    report = QueueReport.objects.select_for_update().filter(pk=event_id, due_at__lte=now).first()
    if report is None or report.due_at is None:
        return 0  # another clock was faster
    of = report.due_at
    # After a pause one report is owed, not a hundred.
    report.due_at = now + timedelta(minutes=report.every_minutes)
    report.save(update_fields=["due_at"])
    report.sendings.filter(of__lt=now - KEPT).delete()
    _issue(report, of)
    return 1


def _issue(report: QueueReport, of: datetime) -> list[ReportSending]:
    ways = {ReportSending.Way.MAIL: report.email, ReportSending.Way.WEBHOOK: report.webhook_url}
    return ReportSending.objects.bulk_create(
        [ReportSending(report=report, way=way, of=of, due_at=of) for way, target in ways.items() if target],
        ignore_conflicts=True,
    )
