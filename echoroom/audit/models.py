from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone


class AppendOnlyError(TypeError):
    """Raised by any attempt to change or remove a line of the journal."""

    def __init__(self) -> None:
        super().__init__("The audit journal is append-only: record a new entry that corrects the old one.")


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def of_target(self, target: models.Model) -> AuditEntryQuerySet:
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))


class AuditEntry(models.Model):
    class ActorKind(models.TextChoices):
        STAFF = "staff", "Staff"
        PERSON = "person", "Person"
        KEY = "key", "API key"
        SYSTEM = "system", "System"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_id = models.UUIDField(null=True, editable=False)
    actor_kind = models.CharField(max_length=8, choices=ActorKind, editable=False)
    action = models.CharField(max_length=64, editable=False)
    target_type = models.CharField(max_length=64, blank=True, editable=False)
    target_id = models.CharField(max_length=64, blank=True, editable=False)
    event_id = models.UUIDField(null=True, editable=False)
    ids = models.JSONField(default=dict, editable=False)
    request_id = models.CharField(max_length=64, blank=True, editable=False)

    objects: ClassVar[models.Manager[AuditEntry]] = models.Manager.from_queryset(AuditEntryQuerySet)()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ["-id"]
        constraints = [
            # The system has no id; everybody else is found by theirs.
            models.CheckConstraint(
                condition=models.Q(actor_kind="system", actor_id=None)
                | (~models.Q(actor_kind="system") & models.Q(actor_id__isnull=False)),
                name="audit_entry_actor_has_id",
            ),
        ]
        indexes = [
            # What happened in this event, newest first.
            models.Index(fields=["event_id", "-id"], name="audit_entry_event"),
            # What happened to this row.
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_entry_target"),
            # What this person did.
            models.Index(
                fields=["actor_id", "-id"],
                condition=models.Q(actor_id__isnull=False),
                name="audit_entry_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} #{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError
