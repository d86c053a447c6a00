from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from echoroom.events.models import Event

if TYPE_CHECKING:
    from echoroom.accounts.models import User


class RegionQuerySet(models.QuerySet["Region"]):
    def visible_to(self, user: User) -> RegionQuerySet:
        return self.filter(event__in=Event.objects.visible_to(user))


class Region(models.Model):
    """A district of the event's world."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="regions")
    name = models.CharField(max_length=80)
    is_open = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="rooms_region_named_once_per_event")]

    def __str__(self) -> str:
        return self.name


class QuestQuerySet(models.QuerySet["Quest"]):
    def visible_to(self, user: User) -> QuestQuerySet:
        return self.filter(event__in=Event.objects.visible_to(user))

    def playable(self) -> QuestQuerySet:
        return self.filter(is_open=True, region__is_open=True, current__isnull=False)


class Quest(models.Model):
    """A challenge in a region. What it asks stands in its versions, which never change."""

    class Kind(models.TextChoices):
        DECISION_ROOM = "decision_room", "Decision room"
        # Answers carry the person's name to the organisers; a survey's do not.
        FORM = "form", "Form"
        SURVEY = "survey", "Survey"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="quests")
    region = models.ForeignKey(Region, models.PROTECT, related_name="quests")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.DECISION_ROOM, editable=False)
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    summary = models.TextField(max_length=600)
    is_open = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    current = models.ForeignKey(
        "rooms.QuestVersion", models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    objects = QuestQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "slug"], name="rooms_quest_slug_once_per_event")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_room(self) -> bool:
        """Played by a team; the others are answered alone."""
        return self.kind == self.Kind.DECISION_ROOM


class QuestVersion(models.Model):
    """What a room plays from its start to its end, whatever is edited meanwhile."""

    class Rule(models.TextChoices):
        PLURALITY = "plurality", "Most votes"
        MAJORITY = "majority", "More than half"
        UNANIMOUS = "unanimous", "Everyone"
        CAPTAIN = "captain", "The captain decides"

    # Random, so that a process may remember what a version says for ever.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quest = models.ForeignKey(Quest, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    summary = models.TextField(max_length=600)
    rule = models.CharField(max_length=12, choices=Rule, default=Rule.PLURALITY)
    rounds = models.PositiveSmallIntegerField(default=1)
    team_min = models.PositiveSmallIntegerField(default=2)
    team_size = models.PositiveSmallIntegerField(default=3)
    team_max = models.PositiveSmallIntegerField(default=5)
    vote_seconds = models.PositiveIntegerField(default=300)
    patience_seconds = models.PositiveIntegerField(default=30)
    lobby_seconds = models.PositiveIntegerField(default=120)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["quest", "number"], name="rooms_version_numbered_once_per_quest"),
            models.CheckConstraint(condition=Q(rounds__in=[1, 2]), name="rooms_version_has_one_or_two_rounds"),
            models.CheckConstraint(
                condition=Q(
                    team_min__gte=2, team_min__lte=F("team_size"), team_size__lte=F("team_max"), team_max__lte=5
                ),
                name="rooms_version_team_of_two_to_five",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class Decision(models.Model):
    """A numbered question of a quest's version."""

    version = models.ForeignKey(QuestVersion, models.CASCADE, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    question = models.CharField(max_length=400)
    context = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="rooms_decision_numbered_once_per_version"),
            models.CheckConstraint(condition=Q(number__gte=1), name="rooms_decision_numbers_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Option(models.Model):
    """One answer, with what it brings and what it costs."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="options")
    key = models.CharField(max_length=1)
    title = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    impact = models.CharField(max_length=200, blank=True)
    trade_off = models.CharField(max_length=200, blank=True)
    risks = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["decision", "key"], name="rooms_option_keyed_once_per_decision")]

    def __str__(self) -> str:
        return f"{self.key}. {self.title}"
