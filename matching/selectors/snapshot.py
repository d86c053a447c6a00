"""A queue at one moment, as the team-former wants it: who can be teamed now, which lobbies have seats, who met whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q
from numpy.typing import NDArray

from echoroom.bulk import any_of
from echoroom.events.models import Participant
from matching.former import UNSTATED, Pool
from matching.former.coding import EVERY, bits_of, codes_of
from matching.models import Ticket
from matching.models.tickets import ABSENT_AFTER
from matching.selectors.blocks import pairs_apart
from rooms.models import Membership, Quest, Room

# Team-mates of so long ago are as good as new ones.
RECENT = timedelta(hours=12)
# Rooms with seats that one tick looks at, the oldest first.
MOST_LOBBIES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A waiting ticket. `why`, `missing` and `level` are what its owner was told last."""

    ticket_id: UUID
    number: int
    participant_id: UUID
    party_id: UUID | None
    why: str
    missing: int | None
    level: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`places` by ticket number and `lobbies` by lobby number say who the rows of the pool are.

    `playing` are tickets of people who wait although they sit in a room, `unnumbered` those of an older version.
    """

    places: dict[int, Place]
    lobbies: list[int]
    playing: list[UUID]
    unnumbered: list[UUID]
    pool: Pool
    lobby_free: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Person:
    """What somebody stated, and where they stand: in the queue or in a lobby."""

    participant_id: UUID
    stated: tuple[str, str, str, str, str, list[str], list[str]]
    place: Place | None
    waited: float
    lobby: int


STATED = ("gender_category", "country", "organisation", "occupation", "skill", "languages", "interests")


def take_snapshot(*, quest: Quest, moment: datetime) -> Snapshot:
    """Five queries. Whoever has not been seen for a while is left out, and with them their party."""
    waiting, playing, unnumbered = _waiting(quest, moment)
    rooms = _lobbies(quest)
    seated = _seated(list(rooms))
    people = [*waiting, *seated]
    rows = {person.participant_id: row for row, person in enumerate(people)}
    parties = {person.participant_id: person.place.party_id if person.place else None for person in people}
    return Snapshot(
        places={person.place.number: person.place for person in waiting if person.place},
        lobbies=list(rooms),
        playing=playing,
        unnumbered=unnumbered,
        pool=_pool(people, blocks=_pairs(pairs_apart(parties=parties), rows), recent=_recent(rows, moment)),
        lobby_free=np.array(list(rooms.values()), np.int32),
    )


def _waiting(quest: Quest, moment: datetime) -> tuple[list[_Person], list[UUID], list[UUID]]:
    sits = Membership.objects.filter(participant=OuterRef("participant"), is_playing=True)
    tickets = Ticket.objects.waiting().filter(quest=quest).annotate(sits=Exists(sits)).order_by("waits_since", "number")
    columns = (
        "pk",
        "number",
        "participant_id",
        "party_id",
        "why",
        "missing",
        "level",
        "waits_since",
        "seen_at",
        "sits",
    )
    people: list[tuple[UUID | None, _Person]] = []
    playing, unnumbered, gone = [], [], set()
    for row in tickets.values_list(*columns, *(f"participant__{name}" for name in STATED)):
        place = Place(*row[:7])
        waits_since, seen_at, sits_in_a_room = row[7:10]
        has_number = row[1] is not None
        if sits_in_a_room:
            playing.append(place.ticket_id)
        if not has_number:
            unnumbered.append(place.ticket_id)
        if sits_in_a_room or not has_number or seen_at <= moment - ABSENT_AFTER:
            gone.add(place.party_id)
        else:
            # In milliseconds: what is journaled and read again is the same number.
            waited = round(max(0.0, (moment - waits_since).total_seconds()), 3)
            people.append((place.party_id, _Person(place.participant_id, row[10:], place, waited, UNSTATED)))
    gone.discard(None)
    return [person for party, person in people if party not in gone], playing, unnumbered


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
    found = seats.values_list("participant_id", "room_id", *(f"participant__{name}" for name in STATED))
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
        languages=bits_of(languages, none=EVERY),
        interests=bits_of(interests),
        gender=_gender_codes(genders),
        country=codes_of(countries),
        organisation=codes_of(organisations),
        occupation=codes_of(occupations),
        skill=codes_of(skills),
        blocks=blocks,
        recent=recent,
    )


def _gender_codes(categories: Sequence[str]) -> NDArray[np.int32]:
    numbers = {
        value: number for number, value in enumerate(value for value in Participant.GenderCategory.values if value)
    }
    return np.array([numbers.get(category, UNSTATED) for category in categories], np.int32)
