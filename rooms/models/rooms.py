from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from echoroom.events.models import Event, Participant
from rooms.models.quests import Quest, QuestVersion
from rooms.models.room_codes import new_room_code

if TYPE_CHECKING:
    from echoroom.accounts.models import User


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: User) -> RoomQuerySet:
        return self.filter(event__in=Event.objects.visible_to(user))

    def of(self, participant_id: UUID) -> RoomQuerySet:
        """Rooms in which this participant has, or had, a seat."""
        return self.filter(memberships__participant_id=participant_id)

    def unstarted(self) -> RoomQuerySet:
        return self.filter(state__in=[Room.State.OPEN, Room.State.FULL])

    def live(self) -> RoomQuerySet:
        return self.filter(state__in=Room.LIVE)

    def overdue(self, moment: datetime) -> RoomQuerySet:
        return self.live().filter(due_at__lte=moment)

    def idle_since(self, moment: datetime) -> RoomQuerySet:
        """Rooms in which nobody has done anything since, and nobody is there."""
        present = Membership.objects.filter(room=models.OuterRef("pk"), is_playing=True, away_at=None)
        return self.live().filter(~models.Exists(present), active_at__lte=moment)


class Room(models.Model):
    """One team playing one quest. `version` counts what its members can see change."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        FULL = "full", "Full"
        IN_PROGRESS = "in_progress", "In progress"
        COMPLETED = "completed", "Completed"
        CLOSED = "closed", "Closed"

    class Phase(models.TextChoices):
        NONE = "", "Not playing"
        VOTING = "voting", "Voting"
        REVEALED = "revealed", "Revealed"

    class CloseReason(models.TextChoices):
        NONE = "", "Not closed"
        IDLE = "idle", "Nobody played for a while"
        EMPTY = "empty", "Everybody left"
        ORGANISER = "organiser", "Closed by an organiser"

    LIVE = (State.OPEN, State.FULL, State.IN_PROGRESS)

    code = models.CharField(max_length=12, unique=True, default=new_room_code, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="rooms")
    quest = models.ForeignKey(Quest, models.PROTECT, related_name="rooms")
    quest_version = models.ForeignKey(QuestVersion, models.PROTECT, related_name="rooms")
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    phase = models.CharField(max_length=8, choices=Phase, default=Phase.NONE, blank=True)
    decision_number = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    capacity = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    full_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=12, choices=CloseReason, default=CloseReason.NONE, blank=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state="completed", completed_at__isnull=False) | ~Q(state="completed") & Q(completed_at=None)
                ),
                name="rooms_room_completed_has_its_time",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")
                    | ~Q(state="closed") & Q(closed_at=None, close_reason="")
                ),
                name="rooms_room_closed_has_its_time_and_reason",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["open", "full"], started_at=None, decision_number=0, round=0, phase="")
                    | Q(state="in_progress", started_at__isnull=False, decision_number__gte=1, round__in=[1, 2])
                    & Q(phase__in=["voting", "revealed"])
                    | Q(state="completed", started_at__isnull=False)
                    | Q(state="closed")
                ),
                name="rooms_room_plays_only_in_progress",
            ),
            models.CheckConstraint(
                condition=~Q(state="full") | Q(full_at__isnull=False), name="rooms_room_full_has_its_time"
            ),
            models.CheckConstraint(condition=Q(capacity__gte=2, capacity__lte=5), name="rooms_room_seats_two_to_five"),
        ]
        indexes = [
            # The sweep's question: whose deadline has passed?
            models.Index(
                fields=["due_at"],
                name="rooms_room_due",
                condition=Q(state__in=["open", "full", "in_progress"], due_at__isnull=False),
            ),
            # The sweep's question: who has been idle for too long?
            models.Index(
                fields=["active_at"], name="rooms_room_active", condition=Q(state__in=["open", "full", "in_progress"])
            ),
            # The matcher's question: which unstarted room of this quest lacks people?
            models.Index(fields=["quest", "created_at"], name="rooms_room_joinable", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def is_unstarted(self) -> bool:
        return self.state in {self.State.OPEN, self.State.FULL}


class MembershipQuerySet(models.QuerySet["Membership"]):
    def seated(self) -> MembershipQuerySet:
        return self.filter(left_at=None)


class Membership(models.Model):
    """A seat in a room. It is held for a while when its owner cannot be reached."""

    # `rooms_membership_once_per_room` begins with it.
    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships", db_index=False)
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="memberships")
    seat = models.PositiveSmallIntegerField()
    # Counts what only this member can see change, such as their own vote before the reveal.
    version = models.PositiveIntegerField(default=0)
    is_playing = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    # Set by the sweep once the hold has run out, so that the team is told once; cleared when the owner is back.
    away_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "seat", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["room", "participant"], name="rooms_membership_once_per_room"),
            # No two people on one seat, so a room can never hold more than its seats.
            models.UniqueConstraint(
                fields=["room", "seat"], condition=Q(left_at=None), name="rooms_membership_one_person_a_seat"
            ),
            models.CheckConstraint(condition=Q(seat__gte=1, seat__lte=5), name="rooms_membership_seat_one_to_five"),
            # Whoever plays in one room cannot be put into another, whatever dies when.
            models.UniqueConstraint(
                fields=["participant"], condition=Q(is_playing=True), name="rooms_membership_one_room_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(is_playing=False), name="rooms_membership_left_means_not_playing"
            ),
        ]
        indexes = [
            # The sweep's question: who of those that play has not been seen for a while?
            models.Index(
                fields=["seen_at"], name="rooms_membership_unseen", condition=Q(is_playing=True, away_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.seat} of {self.room_id}"
