from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from echoroom.events.models import Event, Participant
from matching.models.parties import Party
from rooms.models import Quest, Room

if TYPE_CHECKING:
    from echoroom.accounts.models import User

# An open page is noted every 10 to 25 s. Whoever has not been for longer is in their grace: they keep their place for a
# while, and nobody is put into a room with them.
ABSENT_AFTER = timedelta(seconds=45)

# Why a ticket waits, beside what the team-former says: somebody of its party is absent.
MATE_AWAY = "mate_away"


class Queue(models.Model):
    """A quest's queue. Its row is the lock that lets one matcher at a time form teams; `version` counts its changes."""

    quest = models.OneToOneField(Quest, models.CASCADE, primary_key=True, related_name="queue")
    version = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0, db_default=0)
    # While an organiser holds it nobody is matched, and everybody keeps their place.
    held_at = models.DateTimeField(null=True)
    # What waits are forecast by, as of `forecast_at`: see `matching.forecast`.
    forecast = models.JSONField(default=dict, db_default={})
    forecast_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"queue of {self.quest_id}"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> TicketQuerySet:
        return self.filter(quest__event__in=Event.objects.visible_to(user))

    def waiting(self) -> TicketQuerySet:
        return self.filter(state=Ticket.State.WAITING)

    def together_with(self, ticket: Ticket) -> TicketQuerySet:
        """This ticket, and those of its party in the same queue."""
        return self.filter(Q(pk=ticket.pk) | Q(party__isnull=False, party=ticket.party_id), quest_id=ticket.quest_id)

    def present(self, moment: datetime) -> TicketQuerySet:
        """Of whom there has been a sign of life lately."""
        return self.filter(seen_at__gt=moment - ABSENT_AFTER)


class Ticket(models.Model):
    """A place in a quest's queue. What happened to it stays when its person is erased."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        MATCHED = "matched", "Matched"
        LEFT = "left", "Left"
        NO_TEAM = "no_team", "No team found"
        EXPIRED = "expired", "Not seen any more"
        CLOSED = "closed", "Quest closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Neither this nor the person needs an index of its own: others begin with it, and a match rewrites every entry.
    quest = models.ForeignKey(Quest, models.CASCADE, related_name="tickets", db_index=False)
    # Counts within the queue: the name of this ticket in journals and consoles.
    number = models.PositiveIntegerField(null=True)
    participant = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="tickets", db_index=False)
    party = models.ForeignKey(Party, models.SET_NULL, null=True, related_name="tickets")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    room = models.ForeignKey(Room, models.SET_NULL, null=True, related_name="tickets")
    joined_at = models.DateTimeField(default=timezone.now)
    # Earlier than `joined_at` by what this person has waited before their connection was lost.
    waits_since = models.DateTimeField(default=timezone.now, db_default=Now())
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    # Whose waits are alike: by what a team must have in common and by the party's size, by nothing private.
    group = models.CharField(max_length=60, blank=True, default="", db_default="")
    # What this person was told when they joined, in seconds; None where nothing could be said.
    forecast_p50 = models.PositiveIntegerField(null=True)
    forecast_p90 = models.PositiveIntegerField(null=True)
    # What the last tick said of it while it waited: `matching.former.types.Why`, and how many more people it takes.
    why = models.CharField(max_length=12, blank=True, default="", db_default="")
    missing = models.PositiveSmallIntegerField(null=True)
    # How many rules give way to its wait by now, as its owner was told: in the order of `matching.former.types.Rule`.
    level = models.PositiveSmallIntegerField(default=0, db_default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(state="waiting"), name="matching_ticket_one_queue_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="matching_ticket_ended_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(participant__isnull=False), name="matching_ticket_somebody_waits"
            ),
            models.UniqueConstraint(fields=["quest", "number"], name="matching_ticket_numbered_once_per_queue"),
        ]
        indexes = [
            # The tick's question: who waits for this quest, who longest first?
            models.Index(fields=["quest", "waits_since"], name="matching_ticket_waiting", condition=Q(state="waiting")),
            # The console's and the forecast's question: how long did this queue's people wait lately?
            models.Index(
                fields=["quest", "-ended_at"], name="matching_ticket_ended", condition=Q(ended_at__isnull=False)
            ),
            # The status's question: what became of this person's last ticket?
            models.Index(fields=["participant", "-joined_at"], name="matching_ticket_of_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PracticeRoom(models.Model):
    """A room that practice bots fill up because somebody asked for them. Its ticket and times are no real match's."""

    room = models.OneToOneField(Room, models.CASCADE, primary_key=True, related_name="practice")
    asked_by = models.ForeignKey(Participant, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    # When its bots look at it next; whoever moves this on acts for them. None once the room has ended.
    look_at = models.DateTimeField(null=True, default=timezone.now)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            # The clock's question: at which rooms are bots to look?
            models.Index(fields=["look_at"], name="matching_practice_due", condition=Q(look_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"practice in room {self.room_id}"
