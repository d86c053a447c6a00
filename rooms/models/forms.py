"""What a form or a survey asks, who has answered, and what was answered.

A form's sheet belongs to the response of a person. A survey's belongs to nobody: it has no person, no time and a random
id, so that nothing the console shows leads from one to the other.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.utils import timezone

from echoroom.events.models import Event, Participant
from rooms.models.quests import Quest, QuestVersion

if TYPE_CHECKING:
    from echoroom.accounts.models import User

# A survey's sheets are shown in whole groups of so many: two looks at the results never differ by one person's sheet.
GROUP = 5


class FormField(models.Model):
    """One question of a form or survey. Like its version it never changes."""

    class Type(models.TextChoices):
        TEXT = "text", "Text"
        LONG_TEXT = "long_text", "Long text"
        SELECT = "select", "One of several"
        SEVERAL = "several", "Any of several"
        DATE = "date", "Date"
        NUMBER = "number", "Number"

    CHOICES = (Type.SELECT, Type.SEVERAL)

    version = models.ForeignKey(QuestVersion, models.CASCADE, related_name="fields")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    help = models.CharField(max_length=300, blank=True)
    type = models.CharField(max_length=10, choices=Type)
    required = models.BooleanField(default=False)
    # Of a choice: the texts to choose from, which are also the answers.
    choices = models.JSONField(default=list, blank=True)
    minimum = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    # In characters.
    max_length = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="rooms_field_numbered_once_per_version"),
            models.UniqueConstraint(fields=["version", "key"], name="rooms_field_keyed_once_per_version"),
            models.CheckConstraint(condition=Q(number__gte=1), name="rooms_field_numbers_start_at_one"),
            models.CheckConstraint(
                condition=Q(type__in=["text", "long_text", "select", "several", "date", "number"]),
                name="rooms_field_type_is_known",
            ),
            models.CheckConstraint(
                condition=Q(type__in=["select", "several"]) & ~Q(choices=[])
                | ~Q(type__in=["select", "several"]) & Q(choices=[]),
                name="rooms_field_choices_are_of_a_choice",
            ),
            models.CheckConstraint(
                condition=Q(minimum=None, maximum=None) | Q(type="number"), name="rooms_field_range_is_of_a_number"
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(minimum__lte=F("maximum")),
                name="rooms_field_range_is_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(type__in=["text", "long_text"], max_length__isnull=False, max_length__gte=1)
                | ~Q(type__in=["text", "long_text"]) & Q(max_length=None),
                name="rooms_field_length_is_of_a_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.label}"


class ResponseQuerySet(models.QuerySet["Response"]):
    def visible_to(self, user: User) -> ResponseQuerySet:
        return self.filter(quest__event__in=Event.objects.visible_to(user))

    def of_people(self) -> ResponseQuerySet:
        """Practice bots answer too, and are counted nowhere."""
        return self.filter(participant__is_bot=False)


class Response(models.Model):
    """That somebody has answered a form or a survey: a completed quest. What they answered stands on a sheet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quest = models.ForeignKey(Quest, models.CASCADE, related_name="responses", db_index=False)
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="responses")
    answered_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        # By a random id: who answered after whom is nobody's business.
        ordering = ["id"]
        constraints = [
            # Also serves "who has answered this quest".
            models.UniqueConstraint(fields=["quest", "participant"], name="rooms_response_once_per_person")
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"


class AnswerSheetQuerySet(models.QuerySet["AnswerSheet"]):
    def visible_to(self, user: User) -> AnswerSheetQuerySet:
        return self.filter(version__quest__event__in=Event.objects.visible_to(user))

    def shown(self) -> AnswerSheetQuerySet:
        """What organisers may read: a form's sheets of people, a survey's in complete groups."""
        group = AnswerSheet.objects.filter(version=OuterRef("version"), group=OuterRef("group"))
        size = group.order_by().values("group").annotate(size=Count("pk")).values("size")
        return self.annotate(group_size=Subquery(size, IntegerField())).filter(
            Q(response__participant__is_bot=False) | Q(response=None, group_size__gte=GROUP)
        )


class AnswerSheet(models.Model):
    """The answers to one version, by field key. A field that was left empty is not in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(QuestVersion, models.CASCADE, related_name="sheets", db_index=False)
    # Of a form only.
    response = models.OneToOneField(Response, models.CASCADE, null=True, related_name="sheet")
    # Of a survey only, counted from 0 within the version. Nobody is shown it.
    group = models.PositiveIntegerField(null=True)
    # A text, a list of texts, a number, or a day as 2026-05-01.
    answers = models.JSONField()

    objects = AnswerSheetQuerySet.as_manager()

    class Meta:
        # By a random id, which is no order of arrival.
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(response__isnull=False, group=None) | Q(response=None, group__isnull=False),
                name="rooms_sheet_is_of_a_person_or_in_a_group",
            )
        ]
        indexes = [
            # The results' question: which sheets has this version, and is their group complete?
            models.Index(fields=["version", "group"], name="rooms_sheet_of_version")
        ]

    def __str__(self) -> str:
        return f"sheet {self.pk}"
