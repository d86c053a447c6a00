from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, at: datetime) -> ApiKeyQuerySet:
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=at))


class ApiKey(models.Model):
    """A machine's right to read within its scopes, in one event. Only the hash of the secret is kept."""

    class Scope(models.TextChoices):
        ARTIFACTS_READ = "artifacts:read", "Read decision maps"
        QUEUE_READ = "queue:read", "Read the queues"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, help_text="What uses this key.")
    prefix = models.CharField(max_length=16, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    event_id = models.UUIDField(null=True, blank=True, help_text="The one event that the key may see.")
    created_by_id = models.UUIDField(editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager[ApiKey]] = models.Manager.from_queryset(ApiKeyQuerySet)()

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at", "-pk"]
        indexes = [
            # The keys of an event, newest first.
            models.Index(fields=["event_id", "-created_at"], name="api_key_event"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())


class IdempotencyRecord(models.Model):
    """One request that carried an `Idempotency-Key`, and its answer once there is one."""

    id = models.BigAutoField(primary_key=True)
    person_id = models.UUIDField()
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    # Whose turn it is to answer: a retry that takes over from a dead process gets a new one.
    claim = models.UUIDField(default=uuid.uuid4)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            # A key names one request of one person; the second insert of it loses.
            models.UniqueConstraint(fields=["person_id", "route", "key"], name="api_idempotency_once"),
        ]
        indexes = [
            # Pruning by age.
            models.Index(fields=["created_at"], name="api_idempotency_age"),
        ]

    def __str__(self) -> str:
        # Shown in the console, which is not told more.
        return f"answer {self.status or 'in flight'}"
