"""Why this team, for who sits in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Exists, OuterRef

from echoroom.events.countries import COUNTRIES, LANGUAGES
from echoroom.events.models import Participant
from echoroom.viewer import Viewer
from matching.likeness import Likeness, Shown, likeness
from rooms.models import Membership


def likeness_in(*, viewer: Viewer, codes: Collection[str]) -> dict[str, Likeness]:
    """Of those of these rooms in which the viewer sits; one query. Practice bots are no part of it."""
    mine = Membership.objects.seated().filter(room=OuterRef("room"), participant_id=viewer.seat_id)
    return _likeness_of(Exists(mine), room__code__in=codes)


def my_likeness(*, viewer: Viewer) -> Likeness | None:
    """Of the room in which the viewer plays; None without one; one query."""
    mine = Membership.objects.filter(room=OuterRef("room"), participant_id=viewer.seat_id, is_playing=True)
    return next(iter(_likeness_of(Exists(mine)).values()), None)


def _likeness_of(is_mine: Exists, **rooms: object) -> dict[str, Likeness]:
    seats = Membership.objects.seated().filter(is_mine, participant__is_bot=False, **rooms)
    teams: defaultdict[str, list[Shown]] = defaultdict(list)
    for seat in seats.select_related("participant", "room").order_by("joined_at", "seat", "pk"):
        teams[seat.room.code].append(_shown(seat.participant))
    return {code: likeness(team) for code, team in teams.items()}


def _shown(person: Participant) -> Shown:
    return Shown(
        country=COUNTRIES.get(person.shown_country, person.shown_country),
        organisation=person.shown_organisation,
        occupation=person.occupation,
        skill=person.skill,
        languages=tuple(LANGUAGES.get(code, code) for code in person.languages),
        interests=tuple(person.interests),
    )
