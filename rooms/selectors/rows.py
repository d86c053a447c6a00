"""Rooms read by statements that are compiled once a process: every request of a game runs one of these."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from echoroom.statements import Compiled
from rooms.models import Commit, Membership, Reveal, Room, Vote

FIELDS = [field.attname for field in Room._meta.concrete_fields]


def _locked(code: str) -> QuerySet[Room, Any]:
    return Room.objects.select_for_update().filter(code=code).order_by().values_list(*FIELDS)


def _place(code: str, participant_id: UUID) -> QuerySet[Membership, Any]:
    mine = Membership.objects.seated().filter(room__code=code, participant_id=participant_id).order_by()
    return mine.values_list("pk", "version", "seat", "seen_at", "away_at", *(f"room__{field}" for field in FIELDS))


def _seated(code: str, participant_id: UUID) -> QuerySet[Membership, Any]:
    mine = Membership.objects.seated().filter(room__code=code, participant_id=participant_id).order_by()
    return mine.values_list("room__version", "pk", "seen_at", "away_at", "is_playing")


_locked_by_code = Compiled(_locked, "CODE")
_place_in_room = Compiled(_place, "CODE", UUID(int=101))
# Twice for each heartbeat of each page that is open in a room: the room's version, the seat, and when it was seen.
seated = Compiled(_seated, "CODE", UUID(int=101))


def room_of(values: tuple[Any, ...]) -> Room:
    return Room.from_db(DEFAULT_DB_ALIAS, FIELDS, values)


def locked_room(code: str) -> Room | None:
    """The room, its row locked until the transaction ends."""
    row = _locked_by_code.first(code)
    return room_of(row) if row else None


def _members(decision_number: int, round: int, room_id: int) -> QuerySet[Membership, Any]:
    this_round = Q(votes__decision_number=decision_number, votes__round=round)
    return (
        Membership.objects.filter(room_id=room_id)
        .annotate(ballot=FilteredRelation("votes", condition=this_round))
        .order_by("joined_at", "seat")
        .values_list(
            "pk", "participant_id", "seat", "joined_at", "seen_at", "away_at", "left_at", "ballot__pk",
            "participant__name", "participant__is_bot",
        )
    )  # fmt: skip


def _own_vote(vote_id: int) -> QuerySet[Vote, Any]:
    return Vote.objects.filter(pk=vote_id).order_by().values_list("option_id", "justification")


def _revealed_votes(room_id: int) -> QuerySet[Vote, Any]:
    revealed = Reveal.objects.filter(
        room_id=OuterRef("room_id"), decision_number=OuterRef("decision_number"), round=OuterRef("round")
    )
    votes = Vote.objects.filter(Exists(revealed), room_id=room_id).order_by("membership__joined_at", "pk")
    return votes.values_list("decision_number", "round", "membership_id", "option_id", "justification")


def _reveals(room_id: int) -> QuerySet[Reveal, Any]:
    reveals = Reveal.objects.filter(room_id=room_id).order_by("decision_number", "round")
    return reveals.values_list("decision_number", "round", "reason", "revealed_at", "seats")


def _commits(room_id: int) -> QuerySet[Commit, Any]:
    commits = Commit.objects.filter(room_id=room_id).order_by("decision_number")
    return commits.values_list(
        "decision_number", "option_id", "author_id", "rule", "rule_met", "was_tie", "tally", "dissent", "committed_at"
    )


# Who sits in the room and has voted: the id of a vote tells that there is one, and nothing of what it says.
members = Compiled(_members, 101, 102, 103)
own_vote = Compiled(_own_vote, 101)
revealed_votes = Compiled(_revealed_votes, 101)
reveals = Compiled(_reveals, 101)
commits = Compiled(_commits, 101)


def membership_with_room(code: str, participant_id: UUID) -> tuple[tuple[Any, ...], Room] | None:
    """(membership id, version, seat, seen_at, away_at) and the room, for who is seated there."""
    row = _place_in_room.first(code, participant_id)
    return (row[:5], room_of(row[5:])) if row else None
