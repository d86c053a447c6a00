from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from echoroom.events.models import Event, Participant
from rooms.models.rooms import Room

if TYPE_CHECKING:
    from echoroom.accounts.models import User


class DecisionMapQuerySet(models.QuerySet["DecisionMap"]):
    def visible_to(self, user: User) -> DecisionMapQuerySet:
        return self.filter(room__event__in=Event.objects.visible_to(user))


class DecisionMap(models.Model):
    """What a completed room leaves behind: one canonical JSON document."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.OneToOneField(Room, models.CASCADE, related_name="decision_map")
    document = models.JSONField()
    # SHA-256 of the document's canonical bytes, in hex.
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    objects = DecisionMapQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.id)


class MapShareQuerySet(models.QuerySet["MapShare"]):
    def standing(self) -> MapShareQuerySet:
        return self.filter(withdrawn_at=None)


class MapShare(models.Model):
    """A link with which anybody reads a map without names. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision_map = models.ForeignKey(DecisionMap, models.CASCADE, related_name="shares")
    made_by = models.ForeignKey(Participant, models.CASCADE, related_name="map_shares")
    token_hash = models.CharField(max_length=64, unique=True)
    # The place in the document whose name stays: the maker's own, if they want that. Nobody else's ever does.
    kept_place = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    objects = MapShareQuerySet.as_manager()

    class Meta:
        verbose_name = "shared map"
        ordering = ["-created_at", "-pk"]
        constraints = [
            # Asking twice for a link gives one link.
            models.UniqueConstraint(
                fields=["decision_map", "made_by"],
                condition=Q(withdrawn_at=None),
                name="rooms_share_one_standing_per_member",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("created_at")),
                name="rooms_share_withdrawn_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"
