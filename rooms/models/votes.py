from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from rooms.models.quests import Option, QuestVersion
from rooms.models.rooms import Membership, Room

LONGEST_REASON = 4000


class Vote(models.Model):
    """A member's option and reason in one round. Nobody else may learn of either before the reveal."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="votes", db_index=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="votes")
    decision_number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    option = models.ForeignKey(Option, models.PROTECT, related_name="+", db_index=False)
    justification = models.TextField(validators=[MaxLengthValidator(LONGEST_REASON)])
    cast_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["decision_number", "round", "cast_at", "pk"]
        constraints = [
            # Fifty requests for one seat at once make one vote. Also serves "the votes of this room's round".
            models.UniqueConstraint(
                fields=["room", "decision_number", "round", "membership"], name="rooms_vote_once_per_round"
            ),
            models.CheckConstraint(condition=Q(round__in=[1, 2]), name="rooms_vote_in_round_one_or_two"),
            models.CheckConstraint(condition=~Q(justification=""), name="rooms_vote_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk}"


class VoteChange(models.Model):
    """What a vote said before its owner changed it."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="changes")
    option = models.ForeignKey(Option, models.PROTECT, related_name="+", db_index=False)
    justification = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["replaced_at", "pk"]

    def __str__(self) -> str:
        return f"change of vote {self.vote_id}"


class Reveal(models.Model):
    """The moment all votes of a round are shown, and why they were."""

    class Reason(models.TextChoices):
        ALL_VOTED = "all_voted", "Everyone voted"
        DEADLINE = "deadline", "The time was up"

    room = models.ForeignKey(Room, models.CASCADE, related_name="reveals", db_index=False)
    decision_number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=10, choices=Reason)
    votes = models.PositiveSmallIntegerField()
    seats = models.PositiveSmallIntegerField()
    revealed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["decision_number", "round"]
        constraints = [
            models.UniqueConstraint(fields=["room", "decision_number", "round"], name="rooms_reveal_once_per_round")
        ]

    def __str__(self) -> str:
        return f"reveal {self.decision_number}.{self.round}"


class Commit(models.Model):
    """The team's final option for one decision, with its author and what the votes had said."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="commits", db_index=False)
    decision_number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    option = models.ForeignKey(Option, models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Membership, models.PROTECT, related_name="commits")
    rule = models.CharField(max_length=12, choices=QuestVersion.Rule)
    rule_met = models.BooleanField()
    was_tie = models.BooleanField()
    # {"A": 2, "B": 1}: votes by option key in the last round.
    tally = models.JSONField()
    # Seats whose last vote was for another option.
    dissent = models.JSONField()
    committed_at = models.DateTimeField(default=timezone.now)
    # The room's when the commit was made, for whoever sends it again; older commits have none.
    version = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        ordering = ["decision_number"]
        constraints = [
            # Twenty commits at once make one.
            models.UniqueConstraint(fields=["room", "decision_number"], name="rooms_commit_once_per_decision")
        ]

    def __str__(self) -> str:
        return f"commit {self.decision_number}"
