from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q

from echoroom.viewer import Viewer
from matching.models import PracticeRoom, Ticket
from rooms.models import Membership, Room


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """Where one person stands. `state` is `none` for who never queued."""

    state: str
    quest_id: UUID | None = None
    quest_title: str = ""
    team_size: int = 0
    position: int | None = None
    waiting: int | None = None
    since: datetime | None = None
    room: str | None = None
    practice: bool = False
    # The code of the party with which they queued.
    party: str | None = None
    # Whether an organiser holds the queue: nobody is matched for now, and everybody keeps their place.
    held: bool = False


def queue_status(*, viewer: Viewer) -> QueueStatus:
    """The person's newest ticket; one query, and one more while they wait."""
    ticket = (
        Ticket.objects.filter(participant_id=viewer.seat_id)
        .select_related("quest__current", "quest__event", "room", "party")
        .annotate(held_at=F("quest__queue__held_at"))
        .order_by("-joined_at")
        .first()
    )
    if ticket is None:
        return QueueStatus("none")
    position = waiting = None
    if ticket.state == Ticket.State.WAITING:
        queue = Ticket.objects.waiting().filter(quest_id=ticket.quest_id)
        before = Q(waits_since__lt=ticket.waits_since) | Q(waits_since=ticket.waits_since, number__lte=ticket.number)
        found = queue.aggregate(position=Count("pk", filter=before), waiting=Count("pk"))
        position, waiting = found["position"], found["waiting"]
    version = ticket.quest.current
    return QueueStatus(
        state=ticket.state,
        quest_id=ticket.quest_id,
        quest_title=ticket.quest.title,
        team_size=version.team_size if version else 0,
        position=position,
        waiting=waiting,
        since=ticket.waits_since,
        room=ticket.room.code if ticket.room else None,
        practice=ticket.quest.event.has_practice,
        party=ticket.party.code if ticket.party else None,
        held=ticket.state == Ticket.State.WAITING and ticket.held_at is not None,  # type: ignore[attr-defined]
    )


@dataclass(frozen=True, slots=True)
class WaitingFor:
    """`version` is that of the person's own news: a match after this read has a higher one."""

    quest_id: UUID
    quest_title: str
    since: datetime
    version: int


def waiting_for(*, viewer: Viewer) -> WaitingFor | None:
    """The queue in which the person waits now; one query."""
    tickets = Ticket.objects.waiting().filter(participant_id=viewer.seat_id)
    row = tickets.values_list("quest_id", "quest__title", "waits_since", "participant__version").first()
    return WaitingFor(*row) if row else None


def practice_due(*, moment: datetime, limit: int) -> list[PracticeRoom]:
    """Rooms at which bots are to look, with their room; one query.

    While every person of a room is away its bots stay away too: they play with somebody, and an empty room may close.
    """
    people = Membership.objects.seated().filter(room=OuterRef("room"), participant__is_bot=False)
    due = PracticeRoom.objects.filter(look_at__lte=moment).filter(~Exists(people) | Exists(people.filter(away_at=None)))
    # An event that was made a real one has no place for bots any more.
    due = due.filter(Q(room__event__is_demo=True) | Q(room__event__is_test=True))
    return list(due.select_related("room").order_by("look_at")[:limit])


def bots_in(*, room_id: int) -> list[UUID]:
    """The bots that play in a room, by seat; one query."""
    bots = Membership.objects.filter(room_id=room_id, is_playing=True, participant__is_bot=True).order_by("seat")
    return list(bots.values_list("participant_id", flat=True))


def rooms_to_fill(*, viewer: Viewer, codes: Collection[str]) -> dict[str, int]:
    """Of these rooms those that bots may fill up, and how many seats they lack to a whole team; one query."""
    seated = Count("memberships", filter=Q(memberships__left_at=None))
    practice = Q(event__is_demo=True) | Q(event__is_test=True)
    rooms = Room.objects.unstarted().filter(practice, code__in=codes, event_id=viewer.entered_event_id)
    rows = rooms.annotate(missing=F("quest_version__team_size") - seated).filter(missing__gt=0)
    return dict(rows.order_by().values_list("code", "missing"))
