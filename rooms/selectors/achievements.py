"""What people have completed and with whom. Practice bots count neither as people nor as team-mates."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from rooms.models import Membership, Response, Room, Vote

# Whoever still sat there when the last commit was made; leaving afterwards takes nothing away.
STAYED = Q(left_at=None) | Q(left_at__gte=F("room__completed_at"))
# As on the decision map: leaving the lobby is not playing, and whoever voted has played.
PLAYED = (
    Q(left_at=None) | Q(left_at__gte=F("room__started_at")) | Q(Exists(Vote.objects.filter(membership=OuterRef("pk"))))
)


def completed_quests(participant_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Each person's completed quests, played or answered; two queries. Whoever completed none is left out."""
    completed = Membership.objects.filter(
        STAYED, participant_id__in=participant_ids, participant__is_bot=False, room__state=Room.State.COMPLETED
    )
    answered = Response.objects.of_people().filter(participant_id__in=participant_ids)
    quests: dict[UUID, set[UUID]] = {}
    for person, quest in (
        *completed.values_list("participant_id", "room__quest_id"),
        *answered.values_list("participant_id", "quest_id"),
    ):
        quests.setdefault(person, set()).add(quest)
    return quests


def team_mates(participant_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Everybody else who played in the rooms that each person completed; two queries."""
    completed = Membership.objects.filter(
        STAYED, participant_id__in=participant_ids, participant__is_bot=False, room__state=Room.State.COMPLETED
    )
    rooms: dict[UUID, set[int]] = {}
    for person, room in completed.values_list("participant_id", "room_id"):
        rooms.setdefault(person, set()).add(room)
    teams: dict[int, set[UUID]] = {}
    played = Membership.objects.filter(PLAYED, room_id__in=completed.values("room_id"), participant__is_bot=False)
    for room, person in played.values_list("room_id", "participant_id"):
        teams.setdefault(room, set()).add(person)
    return {person: set().union(*(teams[room] for room in theirs)) - {person} for person, theirs in rooms.items()}
