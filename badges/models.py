from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from badges.catalogue import BY_KEY, CATALOGUE, Badge
from echoroom.events.models import Event, Participant
from rooms.models import Room

if TYPE_CHECKING:
    from echoroom.accounts.models import User


class AwardQuerySet(models.QuerySet["Award"]):
    def visible_to(self, user: User) -> AwardQuerySet:
        return self.filter(participant__event__in=Event.objects.visible_to(user))

    def unseen(self) -> AwardQuerySet:
        """Of which the person has not been told yet."""
        return self.filter(seen_at=None)


class Award(models.Model):
    """One person's badge within one event. Once given it stays, whatever its rule would say later."""

    # Made before the row: whoever of several workers finds its own id afterwards has given the badge.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="awards", db_index=False)
    badge = models.CharField(max_length=32, choices=[(badge.key, badge.name) for badge in CATALOGUE])
    room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="awards")
    # Names no person: it outlives those who were there.
    reason = models.CharField(max_length=300)
    awarded_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["awarded_at", "badge", "pk"]
        constraints = [
            # Twenty workers at once give it once. Also serves "the badges of this person".
            models.UniqueConstraint(fields=["participant", "badge"], name="badges_award_once_per_participant"),
            models.CheckConstraint(
                condition=Q(badge__in=[badge.key for badge in CATALOGUE]), name="badges_award_of_the_catalogue"
            ),
        ]
        indexes = [
            # The console's list, newest first.
            models.Index(fields=["-awarded_at"], name="badges_award_newest")
        ]

    def __str__(self) -> str:
        return self.definition.name

    @property
    def definition(self) -> Badge:
        return BY_KEY[self.badge]


class ShowcaseQuerySet(models.QuerySet["Showcase"]):
    def visible_to(self, user: User) -> ShowcaseQuerySet:
        return self.filter(participant__event__in=Event.objects.visible_to(user))


class Showcase(models.Model):
    """Whether somebody shows their badges to people outside the event. Without a row they do not."""

    participant = models.OneToOneField(Participant, models.CASCADE, primary_key=True, related_name="showcase")
    is_public = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ShowcaseQuerySet.as_manager()

    def __str__(self) -> str:
        return "shown to everybody" if self.is_public else "shown within the event"
