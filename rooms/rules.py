"""The rules of a room as pure functions: who counts, when votes open, what may be committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

# A member who acts is seen; writing that down more often than this would cost every request an update.
SEEN_EVERY = timedelta(seconds=15)

PLURALITY, MAJORITY, UNANIMOUS, CAPTAIN = "plurality", "majority", "unanimous", "captain"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote of the round that is being played."""

    vote_id: int
    option_id: int
    justification: str


@dataclass(frozen=True, slots=True)
class Seat:
    membership_id: int
    participant_id: UUID
    number: int
    joined_at: datetime
    seen_at: datetime
    away_at: datetime | None
    left_at: datetime | None
    ballot: Ballot | None

    @classmethod
    def of(cls, row: Sequence[Any], *, ballot: Ballot | None) -> Self:
        """From the seven columns above, in their order."""
        return cls(row[0], row[1], row[2], row[3], row[4], row[5], row[6], ballot)

    def is_held(self, moment: datetime, hold: timedelta) -> bool:
        """Whether the seat counts towards the quorum: not left, and its owner seen within the hold."""
        return self.left_at is None and self.away_at is None and self.seen_at > moment - hold


def held(seats: Iterable[Seat], moment: datetime, hold: timedelta) -> list[Seat]:
    return [seat for seat in seats if seat.is_held(moment, hold)]


def everyone_voted(seats: Sequence[Seat], moment: datetime, hold: timedelta) -> bool:
    """Whether nobody who counts is still thinking. A vote cast before leaving counts; an empty round stays shut."""
    return any(seat.ballot for seat in seats) and all(seat.ballot for seat in held(seats, moment, hold))


def has_quorum(seats: Sequence[Seat], moment: datetime, hold: timedelta, *, extensions: int) -> bool:
    """Whether a deadline may reveal: more than half of those who count voted; once extended, one vote is enough.

    Whoever voted counts, held or not: so those who have gone cannot outvote those who are there.
    """
    votes = sum(1 for seat in seats if seat.ballot)
    silent = sum(1 for seat in held(seats, moment, hold) if not seat.ballot)
    return votes > (0 if extensions else silent)


def captain_of(seats: Sequence[Seat], moment: datetime, hold: timedelta, *, bots: Collection[UUID] = ()) -> Seat | None:
    """The longest-seated member who is there: an absent captain passes to the next, and gets it back on return.

    `bots` are participants; none of them is captain while a person, even an absent one, has a seat.
    """
    seated = [seat for seat in seats if seat.left_at is None]
    people = [seat for seat in seated if seat.participant_id not in bots] or seated
    present = held(people, moment, hold) or people
    return min(present, key=lambda seat: (seat.joined_at, seat.number), default=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the votes of the last round allow to be committed."""

    allowed: frozenset[int]
    rule_met: bool
    was_tie: bool


def verdict(rule: str, votes: Sequence[int], options: Sequence[int]) -> Verdict:
    """Which of `options` the `rule` lets a team commit to after `votes` (option ids of the last round).

    A rule that the votes did not meet falls back to plurality; a tie is settled among the tied by whoever commits.
    """
    if rule == CAPTAIN:
        return Verdict(frozenset(options), rule_met=True, was_tie=False)
    counts = Counter(votes)
    if not counts:
        return Verdict(frozenset(options), rule_met=False, was_tie=False)
    most = max(counts.values())
    leaders = frozenset(option for option, count in counts.items() if count == most)
    return Verdict(leaders, rule_met=_is_met(rule, most, len(votes)), was_tie=len(leaders) > 1)


def _is_met(rule: str, most: int, votes: int) -> bool:
    if rule == UNANIMOUS:
        return most == votes
    if rule == MAJORITY:
        return 2 * most > votes
    return True
