"""Parties: people who queue as one and end up in one team."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from echoroom.events.errors import ProfileIncomplete
from echoroom.events.services.news import tell
from echoroom.viewer import Viewer
from matching.errors import InAnotherParty, PartyChanged, PartyDissolved, PartyFull, PartyWaits, WaitsAlone
from matching.models import MOST_MEMBERS, Party, PartyMember, Queue, Ticket
from matching.selectors.company import Standing, party_by_code
from matching.services.company import Company, lock_company, lock_people, members_of
from matching.services.queueing import end_tickets, group_of_people, lock_queue, tell_queue

CODE_DRAWS = 5


@transaction.atomic
def make_party(*, by: Viewer) -> Party:
    """A party with oneself in it. Whoever is in one gets that. Raises `WaitsAlone` for who queues already."""
    company = lock_company(by=by)
    if company.party:
        return company.party
    _require_may_come(company.me)
    party = _new_party(by)
    PartyMember.objects.create(party=party, participant_id=by.seat_id, joined_at=timezone.now())
    tell([by.seat_id], kind="party_changed")
    return party


def _new_party(by: Viewer) -> Party:
    """A party under a code that no other has: two equal draws are rare, and then drawn again."""
    for _ in range(CODE_DRAWS - 1):
        try:
            with transaction.atomic():
                return Party.objects.create(event_id=by.entered_event_id)
        except IntegrityError:
            continue
    return Party.objects.create(event_id=by.entered_event_id)


@transaction.atomic
def join_party(*, by: Viewer, code: str) -> Party:
    """Come into the party of this code. Coming twice is the same success.

    Raises `PartyNotFound`, `PartyDissolved`, `InAnotherParty`, `WaitsAlone`, `PartyWaits` and `PartyFull`.
    """
    party = Party.objects.select_for_update().get(pk=party_by_code(viewer=by, code=code).pk)
    if party.dissolved_at:
        raise PartyDissolved
    members = members_of(party)
    people = lock_people(participant_ids=[*members, by.seat_id])
    me = next(person for person in people if person.participant_id == by.seat_id)
    if me.party_id == party.pk:
        return party
    if me.party_id:
        raise InAnotherParty
    _require_may_come(me)
    if Ticket.objects.waiting().filter(party=party).exists():
        raise PartyWaits
    if len(members) >= MOST_MEMBERS:
        raise PartyFull
    PartyMember.objects.create(party=party, participant_id=by.seat_id, joined_at=timezone.now())
    tell([*members, by.seat_id], kind="party_changed")
    return party


def _require_may_come(me: Standing) -> None:
    if not me.has_profile:
        raise ProfileIncomplete
    if me.waits_for:
        raise WaitsAlone


@transaction.atomic
def leave_party(*, by: Viewer) -> None:
    """Leave one's party, and the queue in which it waits; the others keep their places. The last one dissolves it."""
    queue = _queue_of_party(by)
    company = lock_company(by=by)
    if company.party is None:
        return
    if company.me.waits_for and (queue is None or queue.pk != company.me.waits_for):
        # The party was put into a queue at this very moment, and that queue's lock comes before the party's.
        raise PartyChanged
    _go(by, company, company.party, timezone.now())
    if queue and company.me.waits_for:
        tell_queue(queue, kind="left")
    tell(company.ids, kind="party_changed")


def _queue_of_party(by: Viewer) -> Queue | None:
    """The locked queue in which one waits with one's party."""
    waiting = Ticket.objects.waiting().filter(participant_id=by.seat_id, party__isnull=False)
    quest_id = waiting.values_list("quest_id", flat=True).first()
    return lock_queue(quest_id=quest_id) if quest_id else None


def _go(by: Viewer, company: Company, party: Party, now: datetime) -> None:
    PartyMember.objects.present().filter(participant_id=by.seat_id).update(left_at=now)
    mine = Ticket.objects.waiting().filter(participant_id=by.seat_id)
    end_tickets(list(mine.values_list("pk", flat=True)), state=Ticket.State.LEFT, now=now)
    others = [person for person in company.people if person is not company.me]
    if not others:
        Party.objects.filter(pk=party.pk).update(dissolved_at=now)
    elif company.me.waits_for:
        # From now on they wait as a smaller party does.
        Ticket.objects.waiting().filter(party=party).update(group=group_of_people(others))
