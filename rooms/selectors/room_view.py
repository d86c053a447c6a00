"""A room as one of its members may see it. The page and the API show the same view.

Blindness is made here: of a round that is not revealed, the statements below never read another member's option or
reason, so nothing further up can leak them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from echoroom.statements import Row
from echoroom.viewer import Viewer
from rooms import rules
from rooms.errors import RoomNotFound
from rooms.models import DecisionMap, Room
from rooms.rules import SEEN_EVERY
from rooms.selectors import rows
from rooms.selectors.content import DecisionContent, QuestContent, content_of

# A member's seat and name, and whether it is a practice bot.
Named = tuple[int, str, bool]


@dataclass(frozen=True, slots=True)
class MemberView:
    seat: int
    name: str
    is_you: bool
    voted: bool
    presence: str
    is_captain: bool
    is_bot: bool


@dataclass(frozen=True, slots=True)
class VoteView:
    seat: int
    name: str
    is_bot: bool
    option: str
    justification: str


@dataclass(frozen=True, slots=True)
class RoundView:
    round: int
    reason: str
    revealed_at: datetime
    seats: int
    tally: dict[str, int]
    votes: list[VoteView]


@dataclass(frozen=True, slots=True)
class CommitView:
    option: str
    author: str
    author_seat: int
    rule: str
    rule_met: bool
    was_tie: bool
    tally: dict[str, int]
    dissent: list[int]
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision that has been revealed at least once: its rounds, and the commit when there is one."""

    content: DecisionContent
    rounds: list[RoundView]
    commit: CommitView | None


@dataclass(slots=True)
class Place:
    """A member's place in a room: what a conditional request compares, read by one query."""

    room: Room
    membership_id: int
    membership_version: int
    seat: int
    seen_at: datetime
    away_at: datetime | None

    @property
    def etag(self) -> str:
        return f'"{self.room.code}.{self.room.version}.{self.seat}.{self.membership_version}"'

    def is_unseen(self, moment: datetime) -> bool:
        """Whether this member's sign of life is worth writing down."""
        return self.room.is_live and (self.away_at is not None or self.seen_at <= moment - SEEN_EVERY)

    def is_due(self, moment: datetime) -> bool:
        return self.room.is_live and self.room.due_at is not None and self.room.due_at <= moment


@dataclass(slots=True)
class RoomView:
    place: Place
    content: QuestContent
    members: list[MemberView]
    your_option: str = ""
    your_reason: str = ""
    history: list[DecisionView] = field(default_factory=list)
    allowed: frozenset[str] = frozenset()
    map_id: UUID | None = None

    @property
    def room(self) -> Room:
        return self.place.room

    @property
    def decision(self) -> DecisionContent | None:
        return self.content.decision(self.room.decision_number) if self.room.phase else None

    @property
    def you(self) -> MemberView:
        return next(member for member in self.members if member.is_you)

    @property
    def voters(self) -> int:
        return sum(1 for member in self.members if member.voted)

    @property
    def current(self) -> DecisionView | None:
        """The decision on the table, once one of its rounds has been revealed."""
        return next((each for each in self.history if each.content.number == self.room.decision_number), None)

    @property
    def may_start(self) -> bool:
        return self.room.is_unstarted and len(self.seated) >= self.content.team_min

    @property
    def may_vote_again(self) -> bool:
        return self.room.phase == Room.Phase.REVEALED and self.room.round < self.content.rounds

    @property
    def may_commit(self) -> bool:
        captain_only = self.content.rule == rules.CAPTAIN
        return self.room.phase == Room.Phase.REVEALED and (self.you.is_captain or not captain_only)

    @property
    def seated(self) -> list[MemberView]:
        return [member for member in self.members if member.presence != "left"]


def place_of(*, viewer: Viewer, room_code: str) -> Place:
    """One query. Raises `RoomNotFound` for whoever has no seat there."""
    # A path may hold a NUL, which PostgreSQL refuses to compare with.
    found = None if "\0" in room_code else rows.membership_with_room(room_code, viewer.seat_id)
    if found is None:
        raise RoomNotFound
    mine, room = found
    return Place(room, *mine)


def room_view(place: Place) -> RoomView:
    """Five queries, whatever the number of members and decisions."""
    room, content = place.room, content_of(place.room.quest_version_id)
    found = rows.members.rows(room.decision_number, room.round, room.pk)
    view = RoomView(place=place, content=content, members=_members(place, content, found), map_id=_map_id(room))
    yours = _own_vote(place, found)
    if yours and view.decision:
        view.your_option, view.your_reason = view.decision.key_of(yours[0]), yours[1]
    if room.decision_number:
        view.history = _history(room, content, {row[0]: (row[2], row[8], row[9]) for row in found})
    if room.phase == Room.Phase.REVEALED:
        view.allowed = _allowed(view)
    return view


def _map_id(room: Room) -> UUID | None:
    if room.state != Room.State.COMPLETED:
        return None
    return DecisionMap.objects.filter(room_id=room.pk).values_list("pk", flat=True).first()


def _members(place: Place, content: QuestContent, found: list[Row]) -> list[MemberView]:
    seats = [rules.Seat.of(row[:7], ballot=None) for row in found]
    captain = _captain(seats, found) if content.rule == rules.CAPTAIN else None
    is_playing = place.room.phase != Room.Phase.NONE
    return [
        MemberView(
            seat=seat.number,
            name=row[8],
            is_you=seat.membership_id == place.membership_id,
            voted=is_playing and row[7] is not None,
            presence="left" if seat.left_at else "here" if seat.away_at is None else "away",
            is_captain=captain is seat,
            is_bot=row[9],
        )
        for seat, row in zip(seats, found, strict=True)
    ]


def _captain(seats: list[rules.Seat], found: list[Row]) -> rules.Seat | None:
    return rules.captain_of(seats, timezone.now(), _hold(), bots={row[1] for row in found if row[9]})


def _own_vote(place: Place, found: list[Row]) -> Row | None:
    mine = next((row[7] for row in found if row[0] == place.membership_id), None)
    return rows.own_vote.first(mine) if mine and place.room.phase else None


def _hold() -> timedelta:
    return timedelta(seconds=settings.SEAT_HOLD_SECONDS)


def _history(room: Room, content: QuestContent, names: dict[int, Named]) -> list[DecisionView]:
    votes, reveals = rows.revealed_votes.rows(room.pk), rows.reveals.rows(room.pk)
    commits = {row[0]: row[1:] for row in rows.commits.rows(room.pk)}
    views = []
    for number in sorted({row[0] for row in reveals}):
        decision = content.decision(number)
        assert decision is not None
        rounds = [_round(decision, row, votes, names) for row in reveals if row[0] == number]
        made = commits.get(number)
        views.append(DecisionView(decision, rounds, _commit(decision, made, names) if made else None))
    return views


def _round(decision: DecisionContent, reveal: Row, votes: list[Row], names: dict[int, Named]) -> RoundView:
    number, round_number, reason, revealed_at, seats = reveal
    shown = [
        VoteView(*names[membership_id], option=decision.key_of(option_id), justification=justification)
        for vote_number, vote_round, membership_id, option_id, justification in votes
        if (vote_number, vote_round) == (number, round_number)
    ]
    tally = {option.key: sum(1 for vote in shown if vote.option == option.key) for option in decision.options}
    return RoundView(round_number, reason, revealed_at, seats, tally, shown)


def _commit(decision: DecisionContent, made: Row, names: dict[int, Named]) -> CommitView:
    option_id, author_id, *rest = made
    seat, author, _ = names[author_id]
    return CommitView(decision.key_of(option_id), author, seat, *rest)


def _allowed(view: RoomView) -> frozenset[str]:
    decision, current = view.decision, view.current
    if decision is None or current is None:
        return frozenset()
    ids = {option.key: option.id for option in decision.options}
    votes = [ids[vote.option] for vote in current.rounds[-1].votes]
    verdict = rules.verdict(view.content.rule, votes, list(ids.values()))
    return frozenset(key for key, option_id in ids.items() if option_id in verdict.allowed)
