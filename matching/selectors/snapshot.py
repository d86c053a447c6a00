"""A queue at one moment, as the team-former wants it: who can be teamed now, which lobbies have seats, who met whom."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from secrets import SystemRandom
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast
from numpy.typing import NDArray

from echoroom.bulk import any_of
from echoroom.events.models import Participant
from matching.former import UNSTATED, Pool
from matching.former.coding import EVERY, NONE, bits_of, codes_of
from matching.models import Ticket
from matching.models.tickets import ABSENT_AFTER
from matching.selectors.blocks import pairs_apart
from rooms.models import Membership, Quest, Room

# Team-mates of so long ago are as good as new ones.
RECENT = timedelta(hours=12)
# Rooms with seats that one tick looks at, the oldest first: filling each takes as long as somebody's own joining.
MOST_LOBBIES = 30


class Place(NamedTuple):
    """A waiting ticket. `why`, `missing` and `level` are what its owner was told last.

    `waits_since` is earlier than `joined_at` for who came back, and later where the queue was held meanwhile.
    """

    ticket_id: UUID
    number: int
    participant_id: UUID
    party_id: UUID | None
    why: str
    missing: int | None
    level: int
    joined_at: datetime
    waits_since: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`places` by ticket number and `lobbies` by lobby number say who the rows of the pool are.

    `mateless` are present, but somebody of their party is not. `playing` are tickets of people who wait although they
    sit in a room, `unnumbered` those of an older version.
    """

    places: dict[int, Place]
    lobbies: list[int]
    mateless: list[Place]
    playing: list[UUID]
    unnumbered: list[UUID]
    pool: Pool
    lobby_free: NDArray[np.int32]


class _Person(NamedTuple):
    """What somebody stated, and where they stand: in the queue or in a lobby."""

    participant_id: UUID
    stated: tuple[str, str, str, str, str, str, str]
    place: Place | None
    waited: float
    lobby: int


# Lists come as JSON text, of which each different one is read once: thousands of people state a few dozen.
STATED: dict[str, Any] = {
    **{f"stated_{name}": F(f"participant__{name}") for name in ("gender_category", "country", "organisation")},
    **{f"stated_{name}": F(f"participant__{name}") for name in ("occupation", "skill")},
    **{f"stated_{name}": Cast(f"participant__{name}", TextField()) for name in ("languages", "interests")},
}


def take_snapshot(*, quest: Quest, moment: datetime) -> Snapshot:
    """Five queries. Whoever has not been seen for a while is left out, and with them their party."""
    waiting = _waiting(quest, moment)
    rooms = _lobbies(quest)
    seated = _seated(list(rooms))
    people = [*waiting.whole(), *seated]
    rows = {person.participant_id: row for row, person in enumerate(people)}
    parties = {person.participant_id: person.place.party_id if person.place else None for person in people}
    return Snapshot(
        places={person.place.number: person.place for person in people if person.place},
        lobbies=list(rooms),
        mateless=waiting.mateless(),
        playing=waiting.playing,
        unnumbered=waiting.unnumbered,
        pool=_pool(people, blocks=_pairs(pairs_apart(parties=parties), rows), recent=_recent(rows, moment)),
        lobby_free=np.array(list(rooms.values()), np.int32),
    )


@dataclass(slots=True)
class _Waiting:
    """Who waits, sorted: `people` can be teamed now, each with their place; of the rest see `Snapshot`."""

    people: list[tuple[Place, _Person]] = field(default_factory=list)
    playing: list[UUID] = field(default_factory=list)
    unnumbered: list[UUID] = field(default_factory=list)
    # Parties of whom somebody cannot be teamed now.
    broken: set[UUID | None] = field(default_factory=set)

    def whole(self) -> list[_Person]:
        return [person for place, person in self.people if not self._is_mateless(place)]

    def mateless(self) -> list[Place]:
        return [place for place, _ in self.people if self._is_mateless(place)]

    def _is_mateless(self, place: Place) -> bool:
        return place.party_id is not None and place.party_id in self.broken


PLACE = ("pk", "number", "participant_id", "party_id", "why", "missing", "level", "joined_at", "waits_since")


def _waiting(quest: Quest, moment: datetime) -> _Waiting:
    sits = Membership.objects.filter(participant=OuterRef("participant"), is_playing=True)
    tickets = Ticket.objects.waiting().filter(quest=quest).annotate(sits=Exists(sits), **STATED)
    tickets = tickets.order_by("waits_since", "number")
    width, stated_from, absent_since = len(PLACE), len(PLACE) + 2, moment - ABSENT_AFTER
    found = _Waiting()
    for row in tickets.values_list(*PLACE, "seen_at", "sits", *STATED):
        place, has_number = Place._make(row[:width]), row[1] is not None
        seen_at, sits_in_a_room = row[width:stated_from]
        if sits_in_a_room:
            found.playing.append(place.ticket_id)
        if not has_number:
            found.unnumbered.append(place.ticket_id)
        if sits_in_a_room or not has_number or seen_at <= absent_since:
            found.broken.add(place.party_id)
        else:
            # In milliseconds: what is journaled and read again is the same number.
            waited = round(max(0.0, (moment - place.waits_since).total_seconds()), 3)
            found.people.append((place, _Person(place.participant_id, row[stated_from:], place, waited, UNSTATED)))
    return found


def _lobbies(quest: Quest) -> dict[int, int]:
    """Rooms that have not started, in which somebody is, with their free seats."""
    is_there = Membership.objects.filter(room=OuterRef("pk"), is_playing=True, away_at=None)
    # Nobody who waits for people is seated among bots that somebody else has asked for.
    rooms = Room.objects.filter(Exists(is_there), quest=quest, state=Room.State.OPEN, practice=None)
    taken = Count("memberships", filter=Q(memberships__left_at=None))
    having_seats = rooms.annotate(free=F("capacity") - taken).filter(free__gt=0).order_by("created_at", "pk")
    return dict(having_seats.values_list("pk", "free")[:MOST_LOBBIES])


def _seated(rooms: Sequence[int]) -> list[_Person]:
    if not rooms:
        return []
    number_of = {room: number for number, room in enumerate(rooms)}
    seats = Membership.objects.seated().filter(room__in=rooms).order_by("room", "seat", "pk")
    found = seats.annotate(**STATED).values_list("participant_id", "room_id", *STATED)
    return [_Person(person, tuple(stated), None, 0.0, number_of[room]) for person, room, *stated in found]


def _recent(rows: dict[UUID, int], moment: datetime) -> NDArray[np.int32]:
    """Pairs of rows that sat in one room lately, except a lobby in which both still sit."""
    lately = Membership.objects.filter(participant__in=any_of(rows), joined_at__gte=moment - RECENT)
    lately = lately.exclude(room__state__in=[Room.State.OPEN, Room.State.FULL])
    rooms: defaultdict[int, list[UUID]] = defaultdict(list)
    for room, person in lately.order_by("room", "pk").values_list("room_id", "participant_id"):
        rooms[room].append(person)
    met = {pair for mates in rooms.values() for pair in combinations(sorted(mates), 2)}
    return _pairs(sorted(met), rows)


def _pairs(pairs: Iterable[tuple[UUID, UUID]], rows: dict[UUID, int]) -> NDArray[np.int32]:
    return np.array([(rows[one], rows[other]) for one, other in pairs], np.int32).reshape(-1, 2)


def _pool(people: Sequence[_Person], *, blocks: NDArray[np.int32], recent: NDArray[np.int32]) -> Pool:
    columns: list[Any] = [list(column) for column in zip(*(person.stated for person in people), strict=True)]
    genders, countries, organisations, occupations, skills, languages, interests = columns or [[]] * len(STATED)
    return Pool(
        tickets=np.array([person.place.number if person.place else UNSTATED for person in people], np.int64),
        waited=np.array([person.waited for person in people], np.float64),
        parties=codes_of([str(person.place.party_id or "") if person.place else "" for person in people]),
        lobbies=np.array([person.lobby for person in people], np.int32),
        languages=_bits(languages, none=EVERY),
        interests=_bits(interests),
        gender=_gender_codes(genders),
        country=codes_of(countries),
        organisation=codes_of(organisations),
        occupation=codes_of(occupations),
        skill=codes_of(skills),
        blocks=blocks,
        recent=recent,
    )


def _bits(texts: Sequence[str], *, none: np.uint64 = NONE) -> NDArray[np.uint64]:
    """`bits_of` these lists in JSON, worked out once for each different text."""
    different = list(set(texts))
    bits = dict(zip(different, bits_of([json.loads(text) for text in different], none=none).tolist(), strict=True))
    return np.array([bits[text] for text in texts], np.uint64)


def _gender_codes(categories: Sequence[str]) -> NDArray[np.int32]:
    """Numbered in another order each time, so that a journaled number does not say which category it was."""
    stated = [value for value in Participant.GenderCategory.values if value]
    numbers = {value: number for number, value in enumerate(SystemRandom().sample(stated, len(stated)))}
    return np.array([numbers.get(category, UNSTATED) for category in categories], np.int32)
