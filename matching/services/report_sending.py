"""Reports leave the house.

Not as receivers of the outbox, which run inside a transaction: while another server takes its time, SQLite would let
nobody write. A row is claimed for a while instead, sent outside any transaction, and then marked; what fails is tried
again, later each time, and what a dying worker took with it once its claim has run out.

Receivers that never answer must not stop the ticks, which share the workers: one run at a time, of ten seconds.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import timezone

from echoroom.api.renderers import to_json
from echoroom.outbox.failures import described
from matching.advice_paths import console_path
from matching.models import QueueReport, ReportSending
from matching.reports.posting import LONGEST, Undelivered, post
from matching.reports.signing import signed_headers
from matching.reports.wording import document_of, subject_of, text_of
from matching.selectors.queue_figures import queue_figures

logger = logging.getLogger(__name__)

ATTEMPTS = 6
# Longer than any way out takes; after it whoever claimed the row is taken for dead.
CLAIM = timedelta(minutes=2)
FIRST_DELAY = timedelta(seconds=30)
MOST_AT_ONCE = 50
# Seconds of one run: none is begun that might last longer, as far as a server that says nothing goes.
BUDGET = 10.0
RUNNING = "matching:reports:sending"
# Longer than any run takes, looking up names included; after it whoever runs is taken for dead.
RUN = timedelta(minutes=1)


def send_what_is_due(*, by: None = None) -> int:
    """Send what is due, one after the other, unless another worker is at it. How many went out.

    What does not fit into this run stays due for the next one.
    """
    run = uuid4().hex
    if not cache.add(RUNNING, run, RUN.total_seconds()):
        return 0
    try:
        return _send_in_time()
    finally:
        # Whoever was taken for dead does not end another's run.
        if cache.get(RUNNING) == run:
            cache.delete(RUNNING)


def _send_in_time() -> int:
    due = ReportSending.objects.due().order_by("due_at", "pk").values_list("pk", flat=True)
    longest = max(LONGEST, settings.EMAIL_TIMEOUT)
    end, sent = timezone.now() + timedelta(seconds=BUDGET - longest), 0
    for pk in list(due[:MOST_AT_ONCE]):
        sent += send(sending_id=pk)
        if timezone.now() > end:
            break
    return sent


def send(*, by: None = None, sending_id: int) -> bool:
    """Try one once. True if it went out by this call; a failure is noted and tried again later."""
    now = timezone.now()
    claim = {"due_at": now + CLAIM, "attempts": F("attempts") + 1}
    # Zero rows: another worker has it, or it is done.
    if not ReportSending.objects.due().filter(pk=sending_id).update(**claim):
        return False
    sending = ReportSending.objects.select_related("report__event").get(pk=sending_id)
    try:
        _send(sending, now)
    except (Undelivered, SMTPException, OSError) as error:
        _note_failure(sending, error)
        return False
    except Exception as error:
        # A bug of ours in one report must not hold up the others.
        logger.exception("The report of event %s could not be made", sending.report_id)
        _note_failure(sending, error)
        return False
    ReportSending.objects.owed().filter(pk=sending.pk).update(sent_at=timezone.now(), error="")
    return True


def _send(sending: ReportSending, now: datetime) -> None:
    report = sending.report
    queues = queue_figures(event=report.event)
    if sending.way == ReportSending.Way.WEBHOOK:
        if not report.webhook_url:
            raise Undelivered("There is no webhook any more.")
        body = to_json(document_of(report.event, queues, at=now))
        post(report.webhook_url, body, _headers(report, sending, now, body))
        return
    if not report.email:
        raise Undelivered("There is no e-mail address any more.")
    console = settings.PUBLIC_URL + console_path(event_id=report.event_id)
    EmailMessage(
        subject=subject_of(report.event, queues),
        body=text_of(report.event, queues, at=now, console=console),
        to=[report.email],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{sending.key}@echoroom>"},
    ).send()


def _headers(report: QueueReport, sending: ReportSending, now: datetime, body: bytes) -> dict[str, str]:
    # The same id each time it is tried: a receiver that has it already can tell.
    return signed_headers(secret=report.webhook_secret, key=f"msg_{sending.key.hex}", at=now, body=body)


def _note_failure(sending: ReportSending, error: Exception) -> None:
    now = timezone.now()
    given_up = sending.attempts >= ATTEMPTS
    ReportSending.objects.owed().filter(pk=sending.pk).update(
        # What a mail server says may name the person it was meant for.
        error=(str(error) if isinstance(error, Undelivered) else f"Not sent: {type(error).__name__}.")[:120],
        due_at=now + FIRST_DELAY * 2 ** (sending.attempts - 1),
        given_up_at=now if given_up else None,
    )
    level = logging.ERROR if given_up else logging.WARNING
    logger.log(
        level,
        "A queue report by %s failed %s of %s times: %s",
        sending.way,
        sending.attempts,
        ATTEMPTS,
        described(error),
    )
