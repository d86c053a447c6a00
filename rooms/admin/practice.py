"""Rooms and seats with practice bots, and those without."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from echoroom.accounts.admin.filters import QuestionFilter
from rooms.models import Membership, Room


class RoomsOfBots(QuestionFilter):
    title = "practice bots"
    parameter_name = "bots"
    answers = {"some": "With practice bots", "none": "Only people"}

    def some(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return rooms.filter(_has_bots())

    def none(self, rooms: QuerySet[Room]) -> QuerySet[Room]:
        return rooms.filter(~_has_bots())


class SeatsOfBots(QuestionFilter):
    title = "people and bots"
    parameter_name = "who"
    answers = {"people": "People", "bots": "Practice bots"}

    def people(self, seats: QuerySet[Membership]) -> QuerySet[Membership]:
        return seats.filter(participant__is_bot=False)

    def bots(self, seats: QuerySet[Membership]) -> QuerySet[Membership]:
        return seats.filter(participant__is_bot=True)


def people_and_bots(everybody: int, bots: int, *, of: int) -> str:
    """`2 + 1 bot of 5` where five may sit, three do, and one of those is a program. It is kept on one line."""
    people = str(everybody - bots)
    counted = f"{people} + {bots} {'bot' if bots == 1 else 'bots'}" if bots else people
    return f"{counted} of {of}".replace(" ", "\u00a0")


def _has_bots() -> Exists:
    return Exists(Membership.objects.filter(room=OuterRef("pk"), participant__is_bot=True))
