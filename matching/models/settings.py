from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from echoroom.events.models import Event

if TYPE_CHECKING:
    from echoroom.accounts.models import User


class MatchingWeightsQuerySet(models.QuerySet["MatchingWeights"]):
    def visible_to(self, user: User) -> MatchingWeightsQuerySet:
        return self.filter(event__in=Event.objects.visible_to(user))


class MatchingWeights(models.Model):
    """What a good team is at one event: how much each criterion counts. An event without a row has the defaults."""

    CRITERIA = ("gender", "country", "organisation", "occupation", "skill", "interests", "novelty", "size", "wait")

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True, related_name="matching_weights")
    gender = models.FloatField(default=1.0, help_text="Different genders in a team, of those who stated one.")
    country = models.FloatField(default=1.0, help_text="Different countries in a team.")
    organisation = models.FloatField(default=1.0, help_text="Different organisations in a team.")
    occupation = models.FloatField("role", default=1.0, help_text="Different roles in a team.")
    skill = models.FloatField(default=1.0, help_text="Different levels of practice in a team.")
    interests = models.FloatField(default=0.5, help_text="Interests that overlap little.")
    novelty = models.FloatField(default=1.0, help_text="People who have not just been in a team together.")
    size = models.FloatField(default=1.0, help_text="Teams of the quest's ideal size.")
    wait = models.FloatField(default=0.5, help_text="Who has waited longest is placed first.")

    objects = MatchingWeightsQuerySet.as_manager()

    class Meta:
        verbose_name = "matching weights"
        verbose_name_plural = "matching weights"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    gender__gte=0, country__gte=0, organisation__gte=0, occupation__gte=0, skill__gte=0,
                    interests__gte=0, novelty__gte=0, size__gte=0, wait__gte=0,
                ),
                name="matching_weights_are_not_negative",
            ),
            # Without any weight every team would be as good as any other, and the order of arrival meaningless.
            models.CheckConstraint(
                condition=Q(
                    gender__gt=-F("country") - F("organisation") - F("occupation") - F("skill") - F("interests")
                    - F("novelty") - F("size") - F("wait")
                ),
                name="matching_weights_are_not_all_zero",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"weights of {self.event_id}"
