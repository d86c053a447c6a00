"""The canonical document of a completed room, from which every face of the decision map is made."""

from __future__ import annotations

import hashlib
from datetime import datetime
from string import ascii_uppercase
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Prefetch

from rooms.models import Commit, Membership, Reveal, Room, Vote
from rooms.passage import with_passage
from rooms.selectors.content import DecisionContent, content_of

FORMAT = "echoroom-decision-map/1"


def canonical_bytes(document: dict[str, Any]) -> bytes:
    """The same document always gives the same bytes: sorted keys, no spaces, UTF-8."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def digest_of(document: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_bytes(document)).hexdigest()


def document_of(room_id: int) -> dict[str, Any]:
    """Everything that happened in a completed room, in a fixed number of queries.

    Times are ISO 8601 in UTC. Members are named by seat, so that one who is erased later can be renamed in one place.
    """
    room = (
        Room.objects.select_related("event")
        .prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("participant").order_by("seat", "joined_at")),
            "votes",
            "reveals",
            "commits",
        )
        .get(pk=room_id)
    )
    content = content_of(room.quest_version_id)
    players = _players(room)
    places = {member.pk: place for place, member in enumerate(players, start=1)}
    document = {
        "format": FORMAT,
        "event": {"id": str(room.event_id), "name": room.event.name},
        "room": {"code": room.code, "started_at": _iso(room.started_at), "completed_at": _iso(room.completed_at)},
        "quest": {
            "id": str(content.quest_id),
            "version": content.number,
            "title": content.title,
            "summary": content.summary,
            "rule": content.rule,
            "rounds": content.rounds,
        },
        "members": [_member(places[member.pk], member) for member in players],
        "decisions": [_decision(room, decision, places) for decision in content.decisions],
    }
    return with_passage(document)


def place_in_document(*, room_id: int, participant_id: UUID) -> int | None:
    """The place under which the document of a completed room names this person; three queries."""
    seats = Prefetch("memberships", Membership.objects.order_by("seat", "joined_at"))
    room = Room.objects.prefetch_related(seats, "votes").get(pk=room_id)
    places = {member.participant_id: place for place, member in enumerate(_players(room), start=1)}
    return places.get(participant_id)


def renamed(document: dict[str, Any], *, place: int | None, name: str) -> dict[str, Any]:
    """The same document with another name at this place, and its passage told anew with it."""
    members = [{**member, "name": name} if member["place"] == place else member for member in document["members"]]
    return document if members == document["members"] else with_passage({**document, "members": members})


def pseudonymised(document: dict[str, Any], *, keep_place: int | None = None) -> dict[str, Any]:
    """The same document with "Member A", "Member B" for names, but for the one place that is kept.

    Its passage is told anew with them. Nothing else in it names a member; what people wrote in their reasons stays as
    they wrote it.
    """
    members = [
        member if member["place"] == keep_place else {**member, "name": _pseudonym(member["place"])}
        for member in document["members"]
    ]
    return with_passage({**document, "members": members, "is_nameless": True})


def _pseudonym(place: int) -> str:
    return f"Member {ascii_uppercase[place - 1]}" if place <= len(ascii_uppercase) else f"Member {place}"


def _players(room: Room) -> list[Membership]:
    """In the order of their places in the document."""
    return [member for member in room.memberships.all() if _played(room, member)]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _played(room: Room, member: Membership) -> bool:
    """Whoever left the lobby before the start is no part of the team; whoever voted is, whatever a clock says."""
    if member.left_at is None or room.started_at is None or member.left_at >= room.started_at:
        return True
    return any(vote.membership_id == member.pk for vote in room.votes.all())


def _member(place: int, member: Membership) -> dict[str, Any]:
    person = member.participant
    return {"place": place, "name": person.bare_name, "is_bot": person.is_bot, "left_early": member.left_at is not None}


def _decision(room: Room, decision: DecisionContent, places: dict[int, int]) -> dict[str, Any]:
    reveals = [each for each in room.reveals.all() if each.decision_number == decision.number]
    commits = [each for each in room.commits.all() if each.decision_number == decision.number]
    return {
        **decision.shown(),
        "rounds": [_round(room, decision, reveal, places) for reveal in reveals],
        "shifts": _shifts(room, decision, places),
        "commit": _commit(room, decision, commits[0], places) if commits else None,
    }


def _round(room: Room, decision: DecisionContent, reveal: Reveal, places: dict[int, int]) -> dict[str, Any]:
    votes = sorted(_votes(room, decision.number, reveal.round), key=lambda vote: places[vote.membership_id])
    keys = [decision.key_of(vote.option_id) for vote in votes]
    return {
        "round": reveal.round,
        "revealed_at": _iso(reveal.revealed_at),
        "reason": reveal.reason,
        "seats": reveal.seats,
        "tally": {option.key: keys.count(option.key) for option in decision.options},
        "votes": [
            {
                "place": places[vote.membership_id],
                "option": key,
                "justification": vote.justification,
                "cast_at": _iso(vote.changed_at or vote.cast_at),
            }
            for vote, key in zip(votes, keys, strict=True)
        ],
    }


def _votes(room: Room, decision_number: int, round: int) -> list[Vote]:
    return [vote for vote in room.votes.all() if (vote.decision_number, vote.round) == (decision_number, round)]


def _shifts(room: Room, decision: DecisionContent, places: dict[int, int]) -> list[dict[str, Any]]:
    """Who changed their mind between the first round and the second."""
    before = {vote.membership_id: vote.option_id for vote in _votes(room, decision.number, 1)}
    return [
        {
            "place": places[vote.membership_id],
            "from": decision.key_of(before[vote.membership_id]),
            "to": decision.key_of(vote.option_id),
        }
        for vote in sorted(_votes(room, decision.number, 2), key=lambda vote: places[vote.membership_id])
        if vote.membership_id in before and before[vote.membership_id] != vote.option_id
    ]


def _commit(room: Room, decision: DecisionContent, commit: Commit, places: dict[int, int]) -> dict[str, Any]:
    others = [v for v in _votes(room, decision.number, commit.round) if v.option_id != commit.option_id]
    return {
        "option": decision.key_of(commit.option_id),
        "round": commit.round,
        "author": places[commit.author_id],
        "rule": commit.rule,
        "rule_met": commit.rule_met,
        "was_tie": commit.was_tie,
        "tally": commit.tally,
        "dissent": sorted(places[vote.membership_id] for vote in others),
        "committed_at": _iso(commit.committed_at),
    }
