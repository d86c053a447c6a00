"""What rooms know of an event's people, shown on the list of participants."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.participants import ParticipantAdmin
from echoroom.events.models import Participant
from rooms.models import Membership


class InARoom(QuestionFilter):
    title = "room"
    parameter_name = "room"
    answers = {"now": "In a room now", "never": "Never in a room"}

    def now(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.filter(Exists(Membership.objects.filter(participant=OuterRef("pk"), is_playing=True)))

    def never(self, people: QuerySet[Participant]) -> QuerySet[Participant]:
        return people.filter(~Exists(Membership.objects.filter(participant=OuterRef("pk"))))


ParticipantAdmin.also_filter_by(InARoom)
