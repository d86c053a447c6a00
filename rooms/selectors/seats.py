from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, Q, QuerySet

from echoroom.statements import Compiled
from rooms.models import Membership, Room
from rooms.rules import Ballot, Seat


def _seats(decision_number: int, round: int, room_id: int) -> QuerySet[Membership, Any]:
    this_round = Q(votes__decision_number=decision_number, votes__round=round)
    return (
        Membership.objects.filter(room_id=room_id)
        .annotate(ballot=FilteredRelation("votes", condition=this_round))
        .order_by("joined_at", "seat")
        .values_list(
            "pk",
            "participant_id",
            "seat",
            "joined_at",
            "seen_at",
            "away_at",
            "left_at",
            "ballot__pk",
            "ballot__option_id",
            "ballot__justification",
        )
    )


_compiled = Compiled(_seats, 101, 102, 103)


def seats_of(room: Room) -> list[Seat]:
    """Every seat a room has had, with its vote in the round being played. One query."""
    rows = _compiled.rows(room.decision_number, room.round, room.pk)
    return [Seat.of(row[:7], ballot=Ballot(*row[7:]) if row[7] else None) for row in rows]


def bots_of(room: Room) -> frozenset[UUID]:
    """The practice bots among the members. One query."""
    bots = Membership.objects.filter(room=room, participant__is_bot=True)
    return frozenset(bots.values_list("participant_id", flat=True))
