from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from echoroom.viewer import Viewer
from matching.forecast import CannotSay, Forecast
from matching.forecast.words import Standing, missing_shown, what_gave_way, why_no_number, why_waiting
from matching.former import Why
from matching.models import MATE_AWAY, PracticeRoom, Queue, Ticket
from matching.selectors.waits import said_to
from rooms.models import Membership, Quest, Room


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """Where one person stands. `state` is `none` for who never queued."""

    state: str
    quest_id: UUID | None = None
    quest_title: str = ""
    team_size: int = 0
    # Whether a smaller team goes ahead after a while.
    may_be_smaller: bool = False
    position: int | None = None
    waiting: int | None = None
    since: datetime | None = None
    # From when on the forecast counts: later than `since` for who came back to their place.
    joined: datetime | None = None
    room: str | None = None
    practice: bool = False
    # While they wait: what was forecast, or why nothing can be; why there is no team yet, and how many it lacks.
    forecast: Forecast | None = None
    cannot_say: str = ""
    why: str = ""
    missing: int | None = None
    # Which rules have given way to the wait, in words.
    relaxed: str = ""
    # The code of the party with which they queued.
    party: str | None = None
    # Whether an organiser holds the queue: nobody is matched for now, and everybody keeps their place.
    held: bool = False


def queue_status(*, viewer: Viewer) -> QueueStatus:
    """The person's newest ticket; one query, and one more while they wait."""
    ticket = (
        Ticket.objects.filter(participant_id=viewer.seat_id)
        .select_related("quest__current", "quest__event", "quest__queue", "room", "party")
        .order_by("-joined_at")
        .first()
    )
    if ticket is None:
        return QueueStatus("none")
    stands = _stands(ticket) if ticket.state == Ticket.State.WAITING else {}
    version = ticket.quest.current
    return QueueStatus(
        state=ticket.state,
        quest_id=ticket.quest_id,
        quest_title=ticket.quest.title,
        team_size=version.team_size if version else 0,
        may_be_smaller=bool(version and version.team_min < version.team_size),
        # A hold moves on what counts as waiting; nobody has come later than they came.
        since=min(ticket.waits_since, ticket.joined_at),
        joined=ticket.joined_at,
        room=ticket.room.code if ticket.room else None,
        practice=ticket.quest.event.has_practice,
        party=ticket.party.code if ticket.party else None,
        **stands,
    )


def _stands(ticket: Ticket) -> dict[str, Any]:
    """How the wait of a ticket stands; one query."""
    tickets = Ticket.objects.waiting().filter(quest_id=ticket.quest_id)
    before = Q(waits_since__lt=ticket.waits_since) | Q(waits_since=ticket.waits_since, number__lte=ticket.number)
    found = tickets.aggregate(position=Count("pk", filter=before), waiting=Count("pk"))
    queue = _queue_of(ticket.quest)
    said = said_to(queue, group=ticket.group, moment=timezone.now(), joined=ticket.joined_at)
    if isinstance(said, Forecast) and ticket.forecast_p50 is not None and ticket.forecast_p90 is not None:
        # What they were told is what they go by; a number that changes under their eyes would be none.
        said = Forecast(ticket.forecast_p50, ticket.forecast_p90)
    is_held, mate_away = bool(queue and queue.held_at), ticket.why == MATE_AWAY
    why = Why(ticket.why) if ticket.why and not mate_away else None
    standing = Standing(why, ticket.missing, is_held, found["waiting"], mate_away)
    return {
        **found,
        "forecast": said if isinstance(said, Forecast) else None,
        "cannot_say": why_no_number(said) if isinstance(said, CannotSay) else "",
        "why": why_waiting(standing),
        "missing": missing_shown(standing),
        "relaxed": "" if standing.held else what_gave_way(ticket.level, has_other_sizes=_has_other_sizes(ticket.quest)),
        "held": standing.held,
    }


def _has_other_sizes(quest: Quest) -> bool:
    version = quest.current
    return bool(version and version.team_min < version.team_max)


def _queue_of(quest: Quest) -> Queue | None:
    try:
        return quest.queue
    except ObjectDoesNotExist:
        return None


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
