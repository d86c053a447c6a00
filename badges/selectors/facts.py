"""Reads from the tables what the rules ask of, for all who completed a room at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from badges.facts import FirstRound, PersonFacts, RoomFacts
from echoroom.events.models import Participant
from rooms.models import Commit, DecisionMap, Membership, Room, Vote
from rooms.selectors.achievements import PLAYED, completed_quests, team_mates
from rooms.selectors.content import content_of


@dataclass(frozen=True, slots=True)
class _Member:
    membership_id: int
    participant_id: UUID
    # "" where the person does not show it to their team: the badge must not tell of it either.
    country: str
    stayed: bool


@dataclass(frozen=True, slots=True)
class _Ballot:
    membership_id: int
    decision: int
    round: int
    option_id: int
    reason: str
    cast_at: datetime


def facts_of_room(room: Room) -> dict[UUID, RoomFacts]:
    """The completed room as each person saw it who sat there until its end; four queries. Loads `room.event`."""
    content = content_of(room.quest_version_id)
    team = _team(room)
    ballots = _ballots(room)
    first: dict[int, set[int]] = defaultdict(set)
    for ballot in ballots:
        if ballot.round == 1:
            first[ballot.membership_id].add(ballot.decision)
    last = Commit.objects.filter(room=room, decision_number=len(content.decisions))
    committer = last.values_list("author_id", flat=True).first()
    has_map = DecisionMap.objects.filter(room=room).exists()
    rounds = _first_rounds(ballots)
    finishers = [member for member in team if member.stayed]
    return {
        member.participant_id: RoomFacts(
            quest=content.title,
            decisions=len(content.decisions),
            team=len(team),
            stayed=len(finishers),
            countries=len({each.country for each in team if each.country}),
            votes=len(first[member.membership_id]),
            fewest_votes=min(len(first[each.membership_id]) for each in team),
            first_rounds=tuple(rounds[number] for number in sorted(first[member.membership_id])),
            reasons=_reasons([ballot for ballot in ballots if ballot.membership_id == member.membership_id]),
            voted_at=tuple(
                ballot.cast_at.astimezone(room.event.zone).time()
                for ballot in ballots
                if ballot.membership_id == member.membership_id
            ),
            made_last_commit=member.membership_id == committer,
            has_map=has_map,
        )
        for member in finishers
    }


def _team(room: Room) -> list[_Member]:
    played = Membership.objects.filter(PLAYED, room=room, participant__is_bot=False).order_by("pk")
    return [
        _Member(
            membership_id=pk,
            participant_id=person,
            country=country if shows_country else "",
            stayed=left_at is None or (room.completed_at is not None and left_at >= room.completed_at),
        )
        for pk, person, country, shows_country, left_at in played.values_list(
            "pk", "participant_id", "participant__country", "participant__shows_country", "left_at"
        )
    ]


def _ballots(room: Room) -> list[_Ballot]:
    votes = Vote.objects.filter(room=room, membership__participant__is_bot=False)
    columns = ("membership_id", "decision_number", "round", "option_id", "justification", "cast_at")
    return [_Ballot(*row) for row in votes.values_list(*columns)]


def _first_rounds(ballots: list[_Ballot]) -> dict[int, FirstRound]:
    options: dict[int, list[int]] = defaultdict(list)
    for ballot in ballots:
        if ballot.round == 1:
            options[ballot.decision].append(ballot.option_id)
    return {decision: FirstRound(len(chosen), len(set(chosen))) for decision, chosen in options.items()}


def _reasons(ballots: list[_Ballot]) -> tuple[int, ...]:
    longest: dict[int, int] = defaultdict(int)
    for ballot in ballots:
        longest[ballot.decision] = max(longest[ballot.decision], len(ballot.reason.strip()))
    return tuple(longest[decision] for decision in sorted(longest))


def facts_of_people(participant_ids: Collection[UUID]) -> dict[UUID, PersonFacts]:
    """What each has done in their event so far; four queries. Practice bots are left out."""
    people = Participant.objects.filter(pk__in=participant_ids, is_bot=False).order_by("pk")
    quests, mates = completed_quests(participant_ids), team_mates(participant_ids)
    return {
        pk: PersonFacts(
            completed_quests=len(quests.get(pk, ())),
            team_mates=len(mates.get(pk, ())),
            entered_after_opening=entered_at - opens_at,
        )
        for pk, entered_at, opens_at in people.values_list("pk", "entered_at", "event__opens_at")
    }
