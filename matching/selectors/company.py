"""How the people of a party stand, and who is in one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, UUIDField

from echoroom.events.models import Participant
from echoroom.viewer import Viewer
from matching.errors import PartyDissolved, PartyNotFound
from matching.models import Party, PartyMember, Ticket
from rooms.models import Membership

# Whoever is back so soon after their place was given up goes on from what they had waited.
KEPT_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether somebody may queue. `waits_for` is the quest for which they wait already."""

    participant_id: UUID
    name: str
    has_profile: bool
    languages: list[str]
    party_id: UUID | None
    waits_for: UUID | None
    plays: bool


def standings_of(*, participant_ids: Collection[UUID]) -> list[Standing]:
    """Of each of these people, who has been longest in their party first; one query."""
    membership = PartyMember.objects.present().filter(participant=OuterRef("pk"))
    waiting = Ticket.objects.waiting().filter(participant=OuterRef("pk"))
    people = Participant.objects.filter(pk__in=participant_ids).annotate(
        # Said to be UUIDs, because SQLite gives text for a foreign key out of a subquery.
        party_now=Subquery(membership.values("party")[:1], output_field=UUIDField()),
        in_party_since=Subquery(membership.values("joined_at")[:1]),
        waits_for=Subquery(waiting.values("quest")[:1], output_field=UUIDField()),
        plays=Exists(Membership.objects.filter(participant=OuterRef("pk"), is_playing=True)),
    )
    return [_standing(person) for person in people.order_by("in_party_since", "pk")]


def _standing(person: Any) -> Standing:
    return Standing(
        participant_id=person.pk,
        name=person.name,
        has_profile=person.has_profile,
        languages=person.languages,
        party_id=person.party_now,
        waits_for=person.waits_for,
        plays=person.plays,
    )


def waited_before(*, quest_id: UUID, participant_ids: Collection[UUID], moment: datetime) -> dict[UUID, timedelta]:
    """What these people had waited in this queue until they were last seen, if they lost their place lately; one query.

    Only if that is how their last wait there ended: whoever has left since, or was matched, starts anew.
    """
    tickets = Ticket.objects.filter(quest_id=quest_id, participant__in=participant_ids)
    rows = tickets.filter(ended_at__gte=moment - KEPT_FOR).order_by("joined_at", "number")
    last: dict[Any, Any] = {
        person: how for person, *how in rows.values_list("participant_id", "state", "waits_since", "seen_at")
    }
    return {
        person: max(timedelta(0), seen_at - waits_since)
        for person, (state, waits_since, seen_at) in last.items()
        if state == Ticket.State.EXPIRED
    }


def party_by_code(*, viewer: Viewer, code: str) -> Party:
    """The party of the viewer's event that has this code. Raises `PartyNotFound` and `PartyDissolved`; one query."""
    # As people say and type it: spaces, dashes and small letters are the same code.
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    party = Party.objects.filter(code=typed, event_id=viewer.entered_event_id).first()
    if party is None:
        raise PartyNotFound
    if party.dissolved_at:
        raise PartyDissolved
    return party


@dataclass(frozen=True, slots=True)
class PartyMate:
    """`waits`: whether they have a place in the queue with the party; whoever was lost sight of has none."""

    participant_id: UUID
    name: str
    is_you: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class PartyView:
    """The viewer's party. `quest_id` and `quest_title` are set while it waits for a team."""

    code: str
    mates: list[PartyMate]
    quest_id: UUID | None
    quest_title: str

    @property
    def waits(self) -> bool:
        return self.quest_id is not None

    @property
    def others(self) -> list[PartyMate]:
        return [mate for mate in self.mates if not mate.is_you]


def party_of(*, viewer: Viewer) -> PartyView | None:
    """The party in which the viewer is; one query."""
    rows = list(_mates(viewer.seat_id))
    if not rows:
        return None
    mates = [
        PartyMate(pk, name, pk == viewer.participant_id, quest_id is not None) for pk, name, _, quest_id, _ in rows
    ]
    waiting = next(((quest_id, title) for *_, quest_id, title in rows if quest_id), (None, ""))
    return PartyView(rows[0][2], mates, *waiting)


def _mates(participant_id: UUID) -> QuerySet[PartyMember, Any]:
    mine = PartyMember.objects.present().filter(participant=participant_id)
    waiting = Ticket.objects.waiting().filter(participant=OuterRef("participant"), party=OuterRef("party"))
    mates = PartyMember.objects.present().filter(party__in=mine.values("party"))
    mates = mates.annotate(
        waits_for=Subquery(waiting.values("quest")[:1], output_field=UUIDField()),
        waits_for_title=Subquery(waiting.values("quest__title")[:1]),
    )
    columns: list[Any] = ["participant_id", "participant__name", "party__code", F("waits_for"), F("waits_for_title")]
    return mates.order_by("joined_at", "pk").values_list(*columns)
