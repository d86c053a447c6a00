"""Gives the badges that are due. It recomputes from the tables, so it may run in any order and any number of times."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from badges.catalogue import BY_KEY, reasons
from badges.domain_events import BadgeAwarded
from badges.models import Award
from badges.selectors.facts import facts_of_people, facts_of_room
from echoroom import audit
from echoroom.events.models import Participant
from echoroom.events.services.news import tell
from echoroom.outbox import publish
from rooms.models import Room


@transaction.atomic
def check_room(*, by: None = None, room_id: int) -> list[Award]:
    """Give everybody who completed the room what they have earned by now. Returns the new awards only."""
    # The room first, as everywhere: the awards refer to it, and their people are locked after it.
    rooms = Room.objects.select_for_update(of=("self",)).select_related("event")
    room = rooms.filter(pk=room_id, state=Room.State.COMPLETED).first()
    if room is None:
        return []
    facts = facts_of_room(room)
    people = facts_of_people(facts)
    due = [
        Award(participant_id=pk, badge=key, reason=reason, room=room if BY_KEY[key].has_room else None)
        for pk in people
        for key, reason in reasons(facts[pk], people[pk]).items()
    ]
    return _give(by, room.event_id, due, room)


def check_participant(*, by: None = None, participant_id: UUID) -> list[Award]:
    """Give one person what they have earned in the event so far, apart from what only a room shows."""
    event_id = Participant.objects.filter(pk=participant_id).values_list("event_id", flat=True).first()
    return check_people(by=by, event_id=event_id, participant_ids=[participant_id]) if event_id else []


@transaction.atomic
def check_people(*, by: None = None, event_id: UUID, participant_ids: Collection[UUID]) -> list[Award]:
    """Like `check_participant` for up to 50 people of one event in the same number of queries."""
    people = facts_of_people(participant_ids)
    due = [
        Award(participant_id=pk, badge=key, reason=reason)
        for pk, person in people.items()
        for key, reason in reasons(None, person).items()
    ]
    return _give(by, event_id, due)


def _give(by: None, event_id: UUID, due: list[Award], room: Room | None = None) -> list[Award]:
    people = {award.participant_id for award in due}
    held = set(Award.objects.filter(participant_id__in=people).values_list("participant_id", "badge"))
    missing = [award for award in due if (award.participant_id, award.badge) not in held]
    if not missing:
        return []
    # In one order: two workers that give to the same people must not wait for each other in a circle.
    missing.sort(key=lambda award: (award.participant_id, award.badge))
    Award.objects.bulk_create(missing, ignore_conflicts=True)
    # Another worker may have come first with some of them: its rows have other ids.
    made = list(Award.objects.filter(pk__in=[award.pk for award in missing]))
    if made:
        _report(by, event_id, made, room)
    return made


def _report(by: None, event_id: UUID, made: list[Award], room: Room | None) -> None:
    for award in made:
        publish(BadgeAwarded(participant_id=award.participant_id, badge=award.badge))
    awards = [f"{award.participant_id}:{award.badge}" for award in made]
    audit.record("badge.awarded", by=by, target=room, event_id=event_id, awards=awards)
    tell({award.participant_id for award in made}, kind="badge_awarded")
