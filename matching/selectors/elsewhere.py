"""Where somebody without a team can go: quests in which people wait now, and those that one answers alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from echoroom.viewer import Viewer
from rooms.models import Membership, Quest, Response, Room

MOST = 4


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """`waiting` people queue for it now; 0 for a form or survey."""

    quest_id: UUID
    title: str
    waiting: int


def elsewhere(*, viewer: Viewer, except_for: UUID | None) -> list[Elsewhere]:
    """Open quests of the event that this person has not played, where most wait first; one query."""
    played = Membership.objects.seated().filter(
        participant_id=viewer.seat_id, room__quest_id=OuterRef("pk"), room__state=Room.State.COMPLETED
    )
    answered = Response.objects.filter(participant_id=viewer.seat_id, quest_id=OuterRef("pk"))
    quests = (
        Quest.objects.playable()
        .filter(~Exists(played), ~Exists(answered), event_id=viewer.entered_event_id)
        .exclude(pk__in=[except_for] if except_for else [])
        .annotate(waiting=Count("tickets", filter=Q(tickets__state="waiting")))
        .exclude(waiting=0, kind=Quest.Kind.DECISION_ROOM)
        .order_by("-waiting", "position", "title", "pk")
    )
    return [Elsewhere(*row) for row in quests.values_list("pk", "title", "waiting")[:MOST]]
