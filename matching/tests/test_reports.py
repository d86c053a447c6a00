"""Reports: when they are due, what they say, and that what fails is tried again and seen."""

from __future__ import annotations

import base64
import hmac
from datetime import timedelta
from typing import Any

import orjson
import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Event, Participant
from echoroom.events.services.events import close_event
from matching.errors import EventNotFound, MailNotSetUp, ReportWithoutReader, WebhookNotAllowed
from matching.models import QueueReport, ReportSending
from matching.reports.posting import LONGEST, Undelivered
from matching.services import report_sending
from matching.services.report_sending import ATTEMPTS, send_what_is_due
from matching.services.reporting import issue_due_reports, remove_report, report_now, send_again, set_report
from matching.tasks import report as report_task
from matching.tests.factories import make_ticket
from rooms.tests.factories import make_people
from tests.cast import Cast

HOOK = "https://hooks.example.org/queue"


@pytest.fixture(autouse=True)
def mail_server(settings) -> None:
    settings.MAIL_CONFIGURED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes, dict[str, str]]]:
    """What was posted to the world outside."""
    found: list[tuple[str, bytes, dict[str, str]]] = []
    monkeypatch.setattr(report_sending, "post", lambda url, body, headers: found.append((url, body, dict(headers))))
    return found


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(url: str, body: bytes, headers: dict[str, str]) -> None:
        raise Undelivered("It answered 500.")

    monkeypatch.setattr(report_sending, "post", refuse)


def report(cast: Cast, *, email: str = "", hook: str = HOOK, every: int = 30) -> QueueReport:
    return set_report(by=cast.ada, event_id=cast.event.pk, every_minutes=every, email=email, webhook_url=hook)


def test_a_report_is_due_after_its_time_and_then_again(cast: Cast, clock: time_machine.Traveller, posted):
    report(cast)
    assert issue_due_reports() == 0
    for number in (1, 2):
        clock.shift(30 * 60)
        report_task()
        assert (len(posted), ReportSending.objects.filter(sent_at__isnull=False).count()) == (number, number)
        report_task()
        assert len(posted) == number


def test_after_a_pause_one_report_is_owed(cast: Cast, clock: time_machine.Traveller, posted):
    report(cast)
    clock.shift(5 * 3600)
    report_task()
    report_task()
    assert len(posted) == 1


def test_a_closed_event_is_not_reported_on(cast: Cast, clock: time_machine.Traveller, posted):
    report(cast)
    clock.shift(3600)
    close_event(by=cast.ada, event_id=cast.event.pk)
    report_task()
    assert posted == []


def test_an_event_that_has_not_opened_is_not_reported_on(cast: Cast, clock: time_machine.Traveller, posted):
    report(cast)
    clock.shift(3600)
    Event.objects.filter(pk=cast.event.pk).update(opens_at=timezone.now() + timedelta(days=1))
    report_task()
    assert posted == []


def test_an_e_mail_says_how_the_queues_do(cast: Cast):
    with transaction.atomic():
        for person in make_people(cast.event, 2):
            make_ticket(cast.quest, person, group="en")
    Participant.objects.update(gender="agender", gender_category="woman")
    Event.objects.filter(pk=cast.event.pk).update(name="Civic\nWeekend")
    report(cast, email="ada@example.org", hook="")
    report_now(by=cast.ada, event_id=cast.event.pk)
    assert send_what_is_due() == 1
    (sent,) = mail.outbox
    assert (sent.subject, sent.to) == ("Civic Weekend: 2 waiting", ["ada@example.org"])
    assert "Waiting: 2, the longest for 0 s." in sent.body
    assert f"http://127.0.0.1:8000/admin/queue-dashboard/?event={cast.event.pk}" in sent.body
    assert not {"agender", "woman", "women"} & set(sent.body.lower().split())


def test_a_quiet_event_is_reported_as_such(cast: Cast):
    report(cast, email="ada@example.org", hook="")
    report_now(by=cast.ada, event_id=cast.event.pk)
    send_what_is_due()
    assert "Quiet: The bridge." in mail.outbox[0].body


def test_a_webhook_is_signed_as_its_receiver_can_check(cast: Cast, posted):
    made = report(cast)
    report_now(by=cast.ada, event_id=cast.event.pk)
    send_what_is_due()
    ((url, body, headers),) = posted
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(made.webhook_secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
    assert (url, headers["webhook-signature"]) == (HOOK, f"v1,{expected}")
    assert int(headers["webhook-timestamp"]) == int(timezone.now().timestamp())
    told = orjson.loads(body)
    assert (told["type"], told["data"]["queues"][0]["health"]["status"]) == ("queue.report", "quiet")


def test_what_fails_is_tried_again_under_the_same_id_later_each_time(
    cast: Cast, clock: time_machine.Traveller, monkeypatch
):
    report(cast)
    report_now(by=cast.ada, event_id=cast.event.pk)
    ids, waits = [], []

    def refuse(url: str, body: bytes, headers: dict[str, str]) -> None:
        ids.append(headers["webhook-id"])
        raise Undelivered("It answered 500.")

    monkeypatch.setattr(report_sending, "post", refuse)
    (sending,) = ReportSending.objects.all()
    for _ in range(ATTEMPTS):
        send_what_is_due()
        sending.refresh_from_db()
        waits.append(sending.due_at - timezone.now())
        clock.move_to(sending.due_at)
    assert (len(ids), len(set(ids))) == (ATTEMPTS, 1)
    assert waits == sorted(waits)
    assert (sending.attempts, sending.error, sending.sent_at) == (ATTEMPTS, "It answered 500.", None)
    assert sending.given_up_at is not None
    send_what_is_due()
    assert len(ids) == ATTEMPTS


def test_one_way_that_fails_does_not_hold_up_the_other(cast: Cast, broken):
    report(cast, email="ada@example.org")
    report_now(by=cast.ada, event_id=cast.event.pk)
    assert send_what_is_due() == 1
    assert len(mail.outbox) == 1
    assert ReportSending.objects.get(sent_at=None).way == ReportSending.Way.WEBHOOK


def test_a_report_that_was_given_up_is_sent_again_by_hand(cast: Cast, posted):
    report(cast)
    (sending,) = report_now(by=cast.ada, event_id=cast.event.pk)
    sending = ReportSending.objects.get()
    ReportSending.objects.update(given_up_at=timezone.now(), attempts=ATTEMPTS)
    with pytest.raises(EventNotFound):
        send_again(by=cast.otto, sending_id=sending.pk)
    send_again(by=cast.ada, sending_id=sending.pk)
    assert send_what_is_due() == 1
    assert len(posted) == 1


def test_a_worker_that_died_is_waited_for_and_then_replaced(cast: Cast, clock: time_machine.Traveller, monkeypatch):
    """Killed in the middle: the claim is all that stays."""
    report(cast)
    report_now(by=cast.ada, event_id=cast.event.pk)

    def die(url: str, body: bytes, headers: dict[str, str]) -> None:
        raise SystemExit

    monkeypatch.setattr(report_sending, "post", die)
    with pytest.raises(SystemExit):
        send_what_is_due()
    sent: list[bytes] = []
    monkeypatch.setattr(report_sending, "post", lambda url, body, headers: sent.append(body))
    assert send_what_is_due() == 0
    clock.shift(report_sending.CLAIM.total_seconds())
    assert (send_what_is_due(), len(sent)) == (1, 1)


def owed_at_once(cast: Cast, number: int) -> None:
    made, now = report(cast), timezone.now()
    for minutes in range(number):
        at = now - timedelta(minutes=minutes)
        ReportSending.objects.create(report=made, way=ReportSending.Way.WEBHOOK, of=at, due_at=at)


def test_receivers_that_never_answer_take_ten_seconds_of_a_worker(
    cast: Cast, clock: time_machine.Traveller, monkeypatch
):
    owed_at_once(cast, 9)
    asked: list[str] = []

    def time_out(url: str, body: bytes, headers: dict[str, str]) -> None:
        asked.append(headers["webhook-id"])
        clock.shift(LONGEST)
        raise Undelivered("No answer: ReadTimeout.")

    monkeypatch.setattr(report_sending, "post", time_out)
    began = timezone.now()
    send_what_is_due()
    assert (timezone.now() - began).total_seconds() <= report_sending.BUDGET
    assert ReportSending.objects.filter(attempts=0).count() == 9 - len(asked)
    monkeypatch.setattr(report_sending, "post", lambda url, body, headers: asked.append(headers["webhook-id"]))
    assert send_what_is_due() == 9 - 2
    assert len(set(asked)) == 9, "what did not fit into the first run is sent by the next"


def test_a_mail_server_that_never_answers_is_asked_in_time_or_by_the_next_run(
    cast: Cast, clock: time_machine.Traveller, monkeypatch, settings
):
    settings.EMAIL_TIMEOUT, now = 9, timezone.now()
    made = report(cast, email="ada@example.org")
    for minutes, way in ((2, ReportSending.Way.WEBHOOK), (1, ReportSending.Way.MAIL)):
        at = now - timedelta(minutes=minutes)
        ReportSending.objects.create(report=made, way=way, of=at, due_at=at)

    def time_out(message: mail.EmailMessage) -> None:
        clock.shift(settings.EMAIL_TIMEOUT)
        raise TimeoutError

    monkeypatch.setattr(report_sending, "post", lambda url, body, headers: clock.shift(LONGEST / 2))
    monkeypatch.setattr(mail.EmailMessage, "send", time_out)
    for sent in (1, 0):
        began = timezone.now()
        assert send_what_is_due() == sent
        assert (timezone.now() - began).total_seconds() <= report_sending.BUDGET
    assert ReportSending.objects.filter(attempts=1).count() == 2


def test_one_worker_at_a_time_sends(cast: Cast, clock: time_machine.Traveller, monkeypatch):
    owed_at_once(cast, 2)
    meanwhile: list[int] = []
    monkeypatch.setattr(report_sending, "post", lambda url, body, headers: meanwhile.append(send_what_is_due()))
    assert send_what_is_due() == 2
    assert meanwhile == [0, 0]
    clock.shift(1)
    owed_at_once(cast, 1)
    assert send_what_is_due() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_while_another_server_takes_its_time(monkeypatch, clock: time_machine.Traveller):
    from tests.cast import make_cast

    cast = make_cast(decisions=1)
    report(cast)
    report_now(by=cast.ada, event_id=cast.event.pk)
    inside: list[bool] = []
    monkeypatch.setattr(report_sending, "post", lambda url, body, headers: inside.append(connection.in_atomic_block))
    send_what_is_due()
    assert inside == [False]


def test_two_clocks_hand_out_one_report(cast: Cast, clock: time_machine.Traveller):
    report(cast)
    clock.shift(3600)
    due = QueueReport.objects.get().due_at
    issue_due_reports()
    QueueReport.objects.update(due_at=due)
    issue_due_reports()
    assert ReportSending.objects.count() == 1


def test_what_was_sent_is_forgotten_after_a_week(cast: Cast, clock: time_machine.Traveller, posted):
    report(cast)
    clock.shift(3600)
    report_task()
    clock.shift(timedelta(days=8).total_seconds())
    report_task()
    assert ReportSending.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"email": "", "hook": ""}, ReportWithoutReader),
        ({"hook": "http://hooks.example.org/"}, WebhookNotAllowed),
        ({"hook": "ftp://hooks.example.org/"}, WebhookNotAllowed),
        ({"hook": "https://ben:secret@hooks.example.org/"}, WebhookNotAllowed),
        ({"hook": "https://hooks.example.org:99999/"}, WebhookNotAllowed),
        ({"hook": "https://"}, WebhookNotAllowed),
    ],
)
def test_what_cannot_be_reported_is_refused_by_name(cast: Cast, asked: dict[str, Any], refusal):
    with pytest.raises(refusal):
        report(cast, **asked)
    assert not QueueReport.objects.exists()


def test_no_e_mail_is_promised_where_no_mail_server_is(cast: Cast, settings):
    settings.MAIL_CONFIGURED = False
    with pytest.raises(MailNotSetUp):
        report(cast, email="ada@example.org")


def test_another_organiser_neither_sets_nor_sends_nor_removes_it(cast: Cast):
    made = report(cast)
    for act in (
        lambda: set_report(by=cast.otto, event_id=cast.event.pk, every_minutes=9, email="", webhook_url=HOOK),
        lambda: report_now(by=cast.otto, event_id=cast.event.pk),
    ):
        with pytest.raises(EventNotFound):
            act()
    remove_report(by=cast.otto, event_id=cast.event.pk)
    assert QueueReport.objects.get() == made
    assert not ReportSending.objects.exists()


def test_the_secret_stays_and_no_address_gets_into_the_journal(cast: Cast):
    secret = report(cast).webhook_secret
    assert report(cast, email="ada@example.org", every=60).webhook_secret == secret
    remove_report(by=cast.ada, event_id=cast.event.pk)
    entries = AuditEntry.objects.filter(action__startswith="queue_report.")
    assert [entry.action for entry in entries.order_by("id")] == ["queue_report.set"] * 2 + ["queue_report.removed"]
    assert not [entry for entry in entries if "example" in str(entry.ids)]
