"""Whom somebody does not want in their team, for their own eyes and the matcher's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Max

from echoroom.bulk import any_of
from echoroom.events.models import Participant
from echoroom.viewer import Viewer
from matching.errors import PersonNotFound
from matching.models import Block

# A long event has no more rooms than this in it for one person; the newest come first.
MOST_MET = 100


@dataclass(frozen=True, slots=True)
class PersonMet:
    participant_id: UUID
    name: str
    is_blocked: bool


def blocks_of(*, viewer: Viewer) -> list[Block]:
    """Whom the viewer has blocked, the latest first, with each person; one query."""
    return list(Block.objects.filter(blocker=viewer.seat_id).select_related("blocked"))


def people_met(*, viewer: Viewer) -> list[PersonMet]:
    """Whom the viewer has been in a room with, the latest first, and whoever else they have blocked; two queries."""
    blocked = {block.blocked_id: block.blocked.name for block in blocks_of(viewer=viewer)}
    people = Participant.objects.filter(memberships__room__memberships__participant=viewer.seat_id, is_bot=False)
    people = people.exclude(pk=viewer.seat_id).annotate(met_at=Max("memberships__room__created_at"))
    met = dict(people.order_by(F("met_at").desc(), "pk").values_list("pk", "name")[:MOST_MET])
    return [PersonMet(pk, name, pk in blocked) for pk, name in {**met, **blocked}.items()]


def person_to_block(*, viewer: Viewer, participant_id: UUID) -> Participant:
    """Somebody of the viewer's own event, as people of it see them. Raises `PersonNotFound`; one query."""
    people = Participant.objects.filter(event=viewer.entered_event_id, is_bot=False, consented_at__isnull=False)
    person = people.exclude(name="").filter(pk=participant_id).first()
    if person is None:
        raise PersonNotFound
    return person


def pairs_apart(*, parties: Mapping[UUID, UUID | None]) -> list[tuple[UUID, UUID]]:
    """Which of these people must not meet in a team, given the party of each; one query.

    Within a party blocks do not count: its people have chosen to queue together, and it stays whole. A refusal to let
    somebody into a party would tell them that they are blocked.
    """
    # Whom they have blocked elsewhere is a handful: sending everybody's id once more would cost more.
    rows = Block.objects.filter(blocker__in=any_of(parties)).order_by("pk")
    pairs = [pair for pair in rows.values_list("blocker_id", "blocked_id") if pair[1] in parties]
    return [(one, other) for one, other in pairs if parties[one] is None or parties[one] != parties[other]]
