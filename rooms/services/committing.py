from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from echoroom.outbox import publish
from echoroom.viewer import Viewer
from rooms import rules
from rooms.domain_events import DecisionCommitted
from rooms.errors import (
    AlreadyCommitted,
    DecisionNotOpen,
    DecisionUnknown,
    NotRevealed,
    NotTheCaptain,
    OptionNotAllowed,
    OptionUnknown,
    RoomNotPlaying,
    RoundPassed,
)
from rooms.models import Commit, Room
from rooms.rules import Seat
from rooms.selectors.content import OptionContent
from rooms.selectors.seats import bots_of
from rooms.services import progress
from rooms.services.play import Play, keep_what_was_due, lock, see


@dataclass(frozen=True, slots=True)
class CommitReceipt:
    room: str
    decision: int
    round: int
    option: str
    tally: dict[str, int]
    rule: str
    rule_met: bool
    completed: bool
    version: int


def commit(
    *, by: Viewer, room_code: str, decision_number: int, option_key: str, round: int | None = None
) -> CommitReceipt:
    """Make the team's choice final. Whoever asks for the same choice again gets the same answer.

    `round` is the one whose votes it is meant to settle, by default the last. Without it, a commit to the first round's
    votes sent again after the second was revealed could not be told from one to the second's.
    """
    with keep_what_was_due():
        play = lock(code=room_code)
        seat = play.seat_of(by.participant_id)
        progress.settle_what_is_due(play)
        return _commit(play, seat, decision_number, option_key, round)


def _commit(play: Play, seat: Seat, decision_number: int, option_key: str, round: int | None) -> CommitReceipt:
    decision = play.content.decision(decision_number)
    if decision is None:
        raise DecisionUnknown
    option = decision.option(option_key)
    if option is None:
        raise OptionUnknown
    if decision_number < play.room.decision_number or play.room.state == Room.State.COMPLETED:
        return _answer_of_the_first(play, decision_number, option)
    _require_revealed(play.room, decision_number, round)
    made = _write(play, seat, option)
    _move_on(play)
    progress.save(play)
    return _receipt(play, made, option.key)


def _answer_of_the_first(play: Play, decision_number: int, option: OptionContent) -> CommitReceipt:
    made = Commit.objects.filter(room_id=play.room.pk, decision_number=decision_number).first()
    if made is None:
        raise RoomNotPlaying
    if made.option_id != option.id:
        raise AlreadyCommitted
    return _receipt(play, made, option.key)


def _require_revealed(room: Room, decision_number: int, round: int | None) -> None:
    if room.state != Room.State.IN_PROGRESS:
        raise RoomNotPlaying
    if decision_number > room.decision_number:
        raise DecisionNotOpen
    if round is not None and round > room.round:
        raise DecisionNotOpen("The team has not opened that round of votes.")
    if round is not None and round < room.round:
        raise RoundPassed
    if room.phase != Room.Phase.REVEALED:
        raise NotRevealed


def _write(play: Play, seat: Seat, option: OptionContent) -> Commit:
    content, room = play.content, play.room
    see(play, seat=seat)
    if content.rule == rules.CAPTAIN:
        _require_captain(play, seat)
    votes = [each.ballot.option_id for each in play.seats if each.ballot]
    verdict = rules.verdict(content.rule, votes, [each.id for each in play.decision.options])
    if option.id not in verdict.allowed:
        raise OptionNotAllowed
    counts = Counter(votes)
    made = Commit.objects.create(
        room=room,
        decision_number=room.decision_number,
        round=room.round,
        option_id=option.id,
        author_id=seat.membership_id,
        rule=content.rule,
        rule_met=verdict.rule_met,
        was_tie=verdict.was_tie,
        tally={each.key: counts[each.id] for each in play.decision.options},
        dissent=sorted(each.number for each in play.seats if each.ballot and each.ballot.option_id != option.id),
        committed_at=play.now,
        # Of the room, with the one change that follows from this.
        version=room.version + 1,
    )
    publish(DecisionCommitted(room_id=room.pk, decision_number=room.decision_number))
    return made


def _require_captain(play: Play, seat: Seat) -> None:
    captain = rules.captain_of(play.seats, play.now, play.hold, bots=bots_of(play.room))
    if captain and captain.membership_id != seat.membership_id:
        raise NotTheCaptain


def _move_on(play: Play) -> None:
    if play.room.decision_number == len(play.content.decisions):
        progress.complete(play)
        return
    progress.open_round(play, decision_number=play.room.decision_number + 1, round=1)
    progress.touch(play, kind="decision_committed")


def _receipt(play: Play, made: Commit, option_key: str) -> CommitReceipt:
    """The same for the first request and for each that repeats it, whatever the room has become since."""
    return CommitReceipt(
        room=play.room.code,
        decision=made.decision_number,
        round=made.round,
        option=option_key,
        tally=made.tally,
        rule=made.rule,
        rule_met=made.rule_met,
        completed=made.decision_number == len(play.content.decisions),
        version=play.room.version if made.version is None else made.version,
    )
