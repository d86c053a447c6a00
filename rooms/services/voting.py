from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F

from echoroom.statements import execute
from echoroom.viewer import Viewer
from rooms.errors import (
    DecisionNotOpen,
    DecisionUnknown,
    OptionUnknown,
    ReasonMissing,
    ReasonTooLong,
    RevoteNotAllowed,
    RoomNotPlaying,
    VoteClosed,
)
from rooms.models import Membership, Room, Vote, VoteChange
from rooms.models.votes import LONGEST_REASON
from rooms.rules import Ballot, Seat
from rooms.selectors.content import OptionContent
from rooms.services import progress
from rooms.services.play import Play, keep_what_was_due, lock, see

# By hand, because it is the busiest write of all: building an INSERT through the ORM costs more than running it.
_INSERT = """
INSERT INTO rooms_vote
    (room_id, membership_id, decision_number, round, option_id, justification, cast_at, changed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class VoteReceipt:
    """What the voter is told: their own vote, and nothing of the others' that they may not know."""

    room: str
    decision: int
    round: int
    option: str
    justification: str
    revealed: bool
    version: int
    deadline: datetime | None


def cast_vote(
    *,
    by: Viewer,
    room_code: str,
    decision_number: int,
    option_key: str,
    justification: str,
    round: int | None = None,
) -> VoteReceipt:
    """Cast one's vote in the open round, or change it until the reveal. The same vote again is the same success.

    `round` is the one that the vote is meant for, by default whichever is open. Without it, a first-round vote sent
    again after the second round opened could not be told from a vote in the second.
    """
    reason = _checked_reason(justification)
    with keep_what_was_due():
        play = lock(code=room_code)
        seat = play.seat_of(by.participant_id)
        progress.settle_what_is_due(play)
        if play.content.decision(decision_number) is None:
            raise DecisionUnknown
        if _is_behind(play, decision_number, round):
            return _answer_of_the_first(play, seat, decision_number, round, option_key, reason)
        option = _open_option(play, decision_number, round, option_key)
        _write(play, seat, option, reason)
        return _receipt(play, play.room.decision_number, play.room.round, option.key, reason)


def _is_behind(play: Play, number: int, round: int | None) -> bool:
    room = play.room
    if room.state == Room.State.COMPLETED or number < room.decision_number:
        return True
    return number == room.decision_number and round is not None and round < room.round


def _answer_of_the_first(
    play: Play, seat: Seat, number: int, round: int | None, option_key: str, reason: str
) -> VoteReceipt:
    """For a vote sent again because its answer was lost on the way: the team has moved on meanwhile."""
    votes = Vote.objects.filter(membership_id=seat.membership_id, decision_number=number)
    cast = (votes if round is None else votes.filter(round=round)).order_by("-round").first()
    decision = play.content.decision(number)
    if not cast or not decision or (decision.key_of(cast.option_id), cast.justification) != (option_key, reason):
        raise VoteClosed
    return _receipt(play, number, cast.round, option_key, reason)


def _checked_reason(justification: str) -> str:
    reason = justification.strip()
    if not reason:
        raise ReasonMissing
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong
    return reason


def _open_option(play: Play, decision_number: int, round: int | None, option_key: str) -> OptionContent:
    room = play.room
    if room.state != Room.State.IN_PROGRESS:
        raise RoomNotPlaying if room.is_live else VoteClosed("This room has ended.")
    if decision_number > room.decision_number:
        raise DecisionNotOpen
    if round is not None and round > room.round:
        raise DecisionNotOpen("The team has not opened that round of votes.")
    option = play.decision.option(option_key)
    if option is None:
        raise OptionUnknown
    return option


def _write(play: Play, seat: Seat, option: OptionContent, reason: str) -> None:
    mine = seat.ballot
    if mine and (mine.option_id, mine.justification) == (option.id, reason):
        return
    if play.room.phase != Room.Phase.VOTING:
        raise VoteClosed
    see(play, seat=seat)
    if mine:
        _change(play, seat, mine, option, reason)
        return
    ballot = _insert(play, seat, option, reason)
    play.seats = [
        replace(each, ballot=ballot) if each.membership_id == seat.membership_id else each for each in play.seats
    ]
    progress.touch(play, kind="vote_cast")
    progress.settle(play)
    progress.save(play)


def _insert(play: Play, seat: Seat, option: OptionContent, reason: str) -> Ballot:
    room = play.room
    row = execute(
        _INSERT, room.pk, seat.membership_id, room.decision_number, room.round, option.id, reason, play.now, None
    )
    assert row is not None
    return Ballot(row[0], option.id, reason)


def _change(play: Play, seat: Seat, mine: Ballot, option: OptionContent, reason: str) -> None:
    """Replace one's vote and keep what it said. Nobody else is told: that someone wavers is theirs to know."""
    VoteChange.objects.create(
        vote_id=mine.vote_id, option_id=mine.option_id, justification=mine.justification, replaced_at=play.now
    )
    Vote.objects.filter(pk=mine.vote_id).update(option_id=option.id, justification=reason, changed_at=play.now)
    Membership.objects.filter(pk=seat.membership_id).update(version=F("version") + 1)


def _receipt(play: Play, number: int, round: int, option_key: str, reason: str) -> VoteReceipt:
    room = play.room
    is_open = (number, round, room.phase) == (room.decision_number, room.round, Room.Phase.VOTING)
    return VoteReceipt(
        room=room.code,
        decision=number,
        round=round,
        option=option_key,
        justification=reason,
        revealed=not is_open,
        version=room.version,
        deadline=room.due_at,
    )


def vote_again(*, by: Viewer, room_code: str, decision_number: int) -> None:
    """Open the second round of the decision that was just revealed, if the quest has one."""
    with keep_what_was_due():
        play = lock(code=room_code)
        seat = play.seat_of(by.participant_id)
        progress.settle_what_is_due(play)
        room = play.room
        if room.state != Room.State.IN_PROGRESS or room.decision_number != decision_number:
            raise RevoteNotAllowed
        if room.round == 2 and room.phase == Room.Phase.VOTING:
            return  # a team-mate opened it already
        if room.phase != Room.Phase.REVEALED or room.round >= play.content.rounds:
            raise RevoteNotAllowed
        see(play, seat=seat)
        progress.open_round(play, decision_number=room.decision_number, round=2)
        progress.touch(play, kind="second_round_opened")
        progress.save(play)
