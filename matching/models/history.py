from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from echoroom.events.models import Event
from rooms.models import Quest, Room

if TYPE_CHECKING:
    from echoroom.accounts.models import User


class MatchTickQuerySet(models.QuerySet["MatchTick"]):
    def visible_to(self, user: User) -> MatchTickQuerySet:
        return self.filter(quest__event__in=Event.objects.visible_to(user))


class MatchTick(models.Model):
    """One run of the team-former that decided something: enough to run it again and get the same teams.

    People stand in it by ticket number, what they stated as numbers without a key; those of gender are dealt anew each
    time. Once a ticket is cut from its person, nothing here leads back. It goes with its quest.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quest = models.ForeignKey(Quest, models.CASCADE, related_name="match_ticks")
    at = models.DateTimeField(default=timezone.now)
    # Canonical JSON, compressed: see `matching.journal`.
    problem = models.BinaryField()
    result = models.BinaryField()
    waiting = models.PositiveIntegerField()
    placed = models.PositiveIntegerField()
    score = models.FloatField()
    milliseconds = models.PositiveIntegerField()

    objects = MatchTickQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            # The console's question: what did this queue's matcher decide lately?
            models.Index(fields=["quest", "-at"], name="matching_tick_of_quest"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class MatchedTeam(models.Model):
    """Why these people were put together, in full; for organisers."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="matched_team")
    tick = models.ForeignKey(MatchTick, models.SET_NULL, null=True, related_name="teams")
    score = models.FloatField()
    # By criterion, each between 0 and 1.
    criteria = models.JSONField()
    # Rules that were relaxed for it, each with the second of the longest wait at which it was.
    relaxed = models.JSONField(default=list)
    # The best team that was not chosen: ticket numbers and score; empty if there was no other.
    runner_up = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"team of room {self.room_id}"
