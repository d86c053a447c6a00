"""The people who act as one in the queue: a party, or somebody alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from echoroom.events.models import Participant
from echoroom.viewer import Viewer
from matching.errors import PartyChanged
from matching.models import Party, PartyMember
from matching.selectors.company import Standing, standings_of


@dataclass(frozen=True, slots=True)
class Company:
    """A locked party with its people, or somebody alone. While it is held nobody comes, goes or queues elsewhere."""

    party: Party | None
    me: Standing
    people: list[Standing]

    @property
    def ids(self) -> list[UUID]:
        return [person.participant_id for person in self.people]


def lock_company(*, by: Viewer) -> Company:
    """Lock the party of somebody, then its people. After the ticket's queue, and before any room.

    Raises `PartyChanged` for who came into a party or out of it at this very moment.
    """
    mine = PartyMember.objects.present().filter(participant_id=by.seat_id).values_list("party", flat=True).first()
    party = Party.objects.select_for_update().get(pk=mine) if mine else None
    people = lock_people(participant_ids=members_of(party) if party else [by.seat_id])
    me = next((person for person in people if person.participant_id == by.seat_id), None)
    # Both were read before the locks were had.
    if me is None or me.party_id != mine:
        raise PartyChanged
    return Company(party, me, people)


def members_of(party: Party) -> list[UUID]:
    """Who is in a locked party."""
    return list(PartyMember.objects.present().filter(party=party).values_list("participant_id", flat=True))


def lock_people(*, participant_ids: Collection[UUID]) -> list[Standing]:
    """Keep these people where they are: whoever else would queue them or put them into a party waits."""
    # In one order, as whoever is told is locked too; and no stronger than that: a room may seat them meanwhile.
    people = Participant.objects.select_for_update(no_key=True).filter(pk__in=participant_ids)
    list(people.order_by("pk").values_list("pk"))
    return standings_of(participant_ids=participant_ids)
