"""Rooms played to their end, and who then has what."""

from __future__ import annotations

from collections.abc import Sequence

from badges.models import Award
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from rooms.models import Quest, Room
from rooms.services.seating import start_room
from rooms.tests.factories import make_room
from rooms.tests.moves import commit, everyone_votes, now
from tests.cast import Cast


def begun(quest: Quest, people: Sequence[Participant]) -> Room:
    return start_room(by=seat_of(people[0]), room_code=make_room(quest, list(people)).code)


def finished(quest: Quest, people: Sequence[Participant], *rounds: str) -> Room:
    """One decision for each of `rounds`: "AAB" is how the people vote. The first of them commits."""
    room = begun(quest, people)
    for votes in rounds:
        everyone_votes(people, room, votes)
        commit(people[0], room, max(votes, key=votes.count))
    return now(room)


def badges_of(person: Participant) -> set[str]:
    return set(Award.objects.filter(participant=person).values_list("badge", flat=True))


def have(cast: Cast, badge: str) -> str:
    """The names of those of the cast who have the badge."""
    held = Award.objects.filter(badge=badge).values_list("participant_id", flat=True)
    return " ".join(person.name for person in (cast.ben, cast.bea, cast.bob, cast.cleo) if person.pk in set(held))
