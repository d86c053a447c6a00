from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from echoroom.events.models import Event


class QueueReport(models.Model):
    """Sends an event's queue figures to whoever runs it, every so often, by e-mail and webhook."""

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="queue_report")
    every_minutes = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text="While the event is open: from 5 minutes to a day (1440).",
    )
    email = models.EmailField("e-mail", blank=True, help_text="Empty: no e-mail.")
    webhook_url = models.URLField(
        "webhook", blank=True, help_text="An address of yours that takes a POST of JSON. Empty: none."
    )
    # Signs what is posted, so that the receiver knows who sent it.
    webhook_secret = models.CharField(max_length=64, blank=True, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["event"]
        constraints = [
            models.CheckConstraint(
                condition=Q(every_minutes__gte=5, every_minutes__lte=1440), name="matching_report_five_minutes_to_a_day"
            ),
        ]
        indexes = [
            # The clock's question: which reports are due?
            models.Index(fields=["due_at"], name="matching_report_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"report of {self.event_id}"


class ReportSendingQuerySet(models.QuerySet["ReportSending"]):
    def owed(self) -> ReportSendingQuerySet:
        """Neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def due(self) -> ReportSendingQuerySet:
        return self.owed().filter(due_at__lte=timezone.now())


class ReportSending(models.Model):
    """One report on one way to whoever reads it. `key` is the same each time it is tried."""

    class Way(models.TextChoices):
        MAIL = "mail", "E-mail"
        WEBHOOK = "webhook", "Webhook"

    report = models.ForeignKey(QueueReport, models.CASCADE, related_name="sendings")
    way = models.CharField(max_length=8, choices=Way)
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    # The moment at which it became due.
    of = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    # Why the last attempt failed, without an address.
    error = models.CharField(max_length=120, blank=True)

    objects = ReportSendingQuerySet.as_manager()

    class Meta:
        ordering = ["-of", "way", "pk"]
        constraints = [
            # Two clocks that look at the same moment hand out one report.
            models.UniqueConstraint(fields=["report", "way", "of"], name="matching_sending_once"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(given_up_at=None), name="matching_sending_not_sent_and_given_up"
            ),
        ]
        indexes = [
            # The clock's question: what is to be sent now?
            models.Index(fields=["due_at"], name="matching_sending_due", condition=Q(sent_at=None, given_up_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} of {self.of:%Y-%m-%d %H:%M}"
