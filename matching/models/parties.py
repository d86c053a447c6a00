from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from echoroom.events.models import Event, Participant
from rooms.models.room_codes import new_room_code

if TYPE_CHECKING:
    from echoroom.accounts.models import User


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: User) -> PartyQuerySet:
        return self.filter(event__in=Event.objects.visible_to(user))

    def together(self) -> PartyQuerySet:
        return self.filter(dissolved_at=None)


# The largest team has five seats, and one of them is kept for somebody new.
MOST_MEMBERS = 4


class Party(models.Model):
    """People who queue together and end up in one team. Its code brings others in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="parties")
    code = models.CharField(max_length=12, unique=True, default=new_room_code, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    dissolved_at = models.DateTimeField(null=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "parties"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.code


class PartyMemberQuerySet(models.QuerySet["PartyMember"]):
    def visible_to(self, user: User) -> PartyMemberQuerySet:
        return self.filter(party__event__in=Event.objects.visible_to(user))

    def present(self) -> PartyMemberQuerySet:
        """Who is in a party now."""
        return self.filter(left_at=None)


class PartyMember(models.Model):
    """A place in a party; nobody is in two at once."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="members")
    participant = models.ForeignKey(Participant, models.CASCADE, related_name="parties")
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)

    objects = PartyMemberQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            # Also serves "the party this person is in".
            models.UniqueConstraint(
                fields=["participant"], condition=Q(left_at=None), name="matching_party_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"place {self.pk} in {self.party_id}"


class Block(models.Model):
    """Somebody does not want to be teamed with somebody. Whoever is blocked never learns of it."""

    blocker = models.ForeignKey(Participant, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Participant, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="matching_block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="matching_block_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"
