"""The organiser's questions about rooms, each as a narrower queryset, for the list's filters and the first page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from rooms.models import Membership, Reveal, Room, Vote

LOBBY_PATIENCE = timedelta(seconds=60)
IDLE = timedelta(minutes=10)
MAP_PATIENCE = timedelta(seconds=10)

Rooms = QuerySet[Room]


def _number(rows: QuerySet[Membership] | QuerySet[Vote]) -> Coalesce:
    counted = rows.order_by().values("room").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_seats(rooms: Rooms) -> Rooms:
    """`seated`: members who have not left, `seated_bots` of them practice bots."""
    seats = Membership.objects.filter(room=OuterRef("pk"), left_at=None)
    return rooms.annotate(seated=_number(seats), seated_bots=_number(seats.filter(participant__is_bot=True)))


def with_votes(rooms: Rooms) -> Rooms:
    """`voted`: votes of the round that is being played, `voted_bots` of them by practice bots.

    How many is no secret, what they say is.
    """
    current = Vote.objects.filter(
        room=OuterRef("pk"), decision_number=OuterRef("decision_number"), round=OuterRef("round")
    )
    by_bots = current.filter(membership__participant__is_bot=True)
    return rooms.annotate(voted=_number(current), voted_bots=_number(by_bots))


def waiting_in_lobby(rooms: Rooms) -> Rooms:
    unstarted = [Room.State.OPEN, Room.State.FULL]
    return rooms.filter(state__in=unstarted, created_at__lte=timezone.now() - LOBBY_PATIENCE)


def one_seat_missing(rooms: Rooms) -> Rooms:
    """Not started, and one person short of the quest's ideal team."""
    wanted = Q(seated=F("quest_version__team_size") - 1)
    return with_seats(rooms.filter(state=Room.State.OPEN)).filter(wanted)


def one_vote_missing(rooms: Rooms) -> Rooms:
    cast = Vote.objects.filter(
        membership=OuterRef("pk"),
        decision_number=OuterRef("room__decision_number"),
        round=OuterRef("room__round"),
    )
    # Nobody has to be reminded of a practice bot.
    there = Membership.objects.filter(room=OuterRef("pk"), left_at=None, away_at=None, participant__is_bot=False)
    thinking = there.filter(~Exists(cast))
    return rooms.filter(phase=Room.Phase.VOTING).annotate(thinking=_number(thinking)).filter(thinking=1)


def overdue(rooms: Rooms) -> Rooms:
    return rooms.filter(state__in=Room.LIVE, due_at__lte=timezone.now())


def idle(rooms: Rooms) -> Rooms:
    return rooms.filter(state__in=Room.LIVE, active_at__lte=timezone.now() - IDLE)


def completed_today(rooms: Rooms) -> Rooms:
    """Since midnight as the clocks at each room's event say."""
    zones: Iterable[str] = rooms.order_by().values_list("event__time_zone", flat=True).distinct()
    days = [Q(event__time_zone=zone, completed_at__gte=_midnight(ZoneInfo(zone))) for zone in zones]
    return rooms.filter(reduce(or_, days)) if days else rooms.none()


def _midnight(zone: ZoneInfo) -> datetime:
    return timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def without_map(rooms: Rooms) -> Rooms:
    """Completed, and the worker has not made the map in the time it usually takes."""
    return rooms.filter(
        state=Room.State.COMPLETED, completed_at__lte=timezone.now() - MAP_PATIENCE, decision_map__isnull=True
    )


def revealed(vote: str = "") -> Exists:
    """Whether the round of a vote has been revealed. `vote` leads from the row to its vote, as in `vote__`."""
    return Exists(
        Reveal.objects.filter(
            room=OuterRef(f"{vote}room"),
            decision_number=OuterRef(f"{vote}decision_number"),
            round=OuterRef(f"{vote}round"),
        )
    )
