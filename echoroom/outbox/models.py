from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

# How long a fresh delivery is left to its own wake-up before the sweep takes it for lost.
GRACE = timedelta(seconds=5)


def after_grace() -> datetime:
    return timezone.now() + GRACE


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def owed(self) -> DeliveryQuerySet:
        """Still to be done: neither delivered nor given up."""
        return self.filter(delivered_at=None, parked_at=None)

    def overdue(self) -> DeliveryQuerySet:
        """Owed, and their time has come: what the sweep hands out."""
        return self.owed().filter(due_at__lte=timezone.now())

    def parked(self) -> DeliveryQuerySet:
        """Given up after too many failures; somebody has to look."""
        return self.filter(parked_at__isnull=False)

    def delivered(self) -> DeliveryQuerySet:
        return self.filter(delivered_at__isnull=False)

    def unclaimed(self) -> DeliveryQuerySet:
        """Lock the rows; those that another worker holds are left out instead of waited for."""
        return self.select_for_update(skip_locked=True)


class Delivery(models.Model):
    """One event on its way to one receiver."""

    receiver = models.CharField(max_length=200)
    event_type = models.CharField(max_length=200)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=after_grace)
    delivered_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The exception's class, place and code: its message may quote what people wrote.
    error = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(delivered_at=None) | models.Q(parked_at=None),
                name="outbox_delivery_not_delivered_and_parked",
            )
        ]
        indexes = [
            # The sweep: owed rows by due time. Delivered rows, nearly all of the table, are not in it.
            models.Index(
                fields=["due_at"],
                condition=models.Q(delivered_at=None, parked_at=None),
                name="outbox_delivery_owed",
            ),
            # The alert and the admin's filter: what was given up.
            models.Index(
                fields=["parked_at"],
                condition=models.Q(parked_at__isnull=False),
                name="outbox_delivery_parked",
            ),
        ]

    def __str__(self) -> str:
        return f"Delivery {self.pk}"

    @property
    def state(self) -> str:
        if self.delivered_at:
            return "delivered"
        return "parked" if self.parked_at else "owed"
