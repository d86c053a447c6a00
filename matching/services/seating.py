"""The team-former's teams become rooms."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from echoroom.bulk import any_of, insert_rows
from matching.former import UNSTATED, Team
from matching.models import MatchedTeam, MatchTick, Ticket
from matching.selectors.snapshot import Place, Snapshot
from matching.services.queueing import end_tickets, end_tickets_in_rooms
from rooms.errors import AlreadyPlaying, RoomFull, RoomOver, RoomStarted
from rooms.models import Membership, Quest, Room
from rooms.services.seating import join_room, open_rooms


@dataclass(frozen=True, slots=True)
class Seated:
    """A team that sits in its room now."""

    team: Team
    room_id: int
    participant_ids: list[UUID]


def seat_teams(
    *, by: None = None, quest: Quest, snapshot: Snapshot, teams: Sequence[Team], now: datetime
) -> list[Seated]:
    """Seat these teams of a locked queue, in the lobbies first, but none of whom somebody sits elsewhere by now.

    Whoever sits elsewhere loses their ticket, and their team waits for the next tick.
    """
    seated = [found for team in teams if team.lobby != UNSTATED and (found := _fill(snapshot, team, now))]
    return [*seated, *_open(quest, snapshot, [team for team in teams if team.lobby == UNSTATED], now)]


def drop_who_plays(*, ticket_ids: Collection[UUID], now: datetime) -> int:
    """End the waiting tickets among these whose owner sits in a room. How many."""
    playing = Ticket.objects.waiting().filter(pk__in=any_of(ticket_ids), participant__memberships__is_playing=True)
    return end_tickets(list(playing.values_list("pk", flat=True)), state=Ticket.State.LEFT, now=now)


def journal_teams(*, tick: MatchTick, seated: Sequence[Seated]) -> None:
    """Keep why each team is one. A lobby that was filled has the newest reasons."""
    if not seated:
        return
    # A lobby may have been filled before.
    MatchedTeam.objects.filter(room__in=[one.room_id for one in seated if one.team.lobby != UNSTATED]).delete()
    columns: dict[str, list[Any]] = {
        "room_id": [one.room_id for one in seated],
        "score": [one.team.score for one in seated],
        "criteria": [one.team.criteria for one in seated],
        "relaxed": [[asdict(relaxation) for relaxation in one.team.relaxed] for one in seated],
        "runner_up": [_runner_up(one.team) for one in seated],
    }
    insert_rows(MatchedTeam, columns, tick_id=tick.pk)


def _runner_up(team: Team) -> dict[str, Any]:
    return {"tickets": list(team.runner_up), "score": team.runner_up_score} if team.runner_up else {}


def _places(snapshot: Snapshot, team: Team) -> list[Place]:
    return [snapshot.places[number] for number in team.tickets]


def _open(quest: Quest, snapshot: Snapshot, teams: Sequence[Team], now: datetime) -> list[Seated]:
    """New rooms for these teams, all in a few statements. Nobody sits in one before all do."""
    if not teams:
        return []
    people = [[place.participant_id for place in _places(snapshot, team)] for team in teams]
    try:
        rooms = open_rooms(by=None, quest=quest, teams=people)
    except AlreadyPlaying:
        tickets = {place.participant_id: place.ticket_id for team in teams for place in _places(snapshot, team)}
        seats = Membership.objects.filter(participant__in=any_of(tickets), is_playing=True)
        sitting = set(seats.values_list("participant_id", flat=True))
        drop_who_plays(ticket_ids=[tickets[person] for person in sitting], now=now)
        rest = [team for team, each in zip(teams, people, strict=True) if not sitting.intersection(each)]
        return _open(quest, snapshot, rest, now) if sitting else []
    _end_each(snapshot, teams, rooms, now)
    return [Seated(team, room.pk, each) for team, room, each in zip(teams, rooms, people, strict=True)]


def _end_each(snapshot: Snapshot, teams: Sequence[Team], rooms: Sequence[Room], now: datetime) -> None:
    """The tickets of each team led to its room."""
    seats = [(place, room) for team, room in zip(teams, rooms, strict=True) for place in _places(snapshot, team)]
    ended = [place.ticket_id for place, _ in seats]
    end_tickets_in_rooms(ended, room_ids=[room.pk for _, room in seats], now=now)


def _fill(snapshot: Snapshot, team: Team, now: datetime) -> Seated | None:
    """All of them in their lobby, or nobody: it may have started, filled or closed a moment ago."""
    places, room_id = _places(snapshot, team), snapshot.lobbies[team.lobby]
    try:
        with transaction.atomic():
            for place in places:
                join_room(by=None, room_id=room_id, participant_id=place.participant_id)
    except (RoomFull, RoomStarted, RoomOver):
        return None
    except AlreadyPlaying:
        drop_who_plays(ticket_ids=[place.ticket_id for place in places], now=now)
        return None
    end_tickets([place.ticket_id for place in places], state=Ticket.State.MATCHED, now=now, room_id=room_id)
    return Seated(team, room_id, [place.participant_id for place in places])
