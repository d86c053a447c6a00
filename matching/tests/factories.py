from __future__ import annotations

from typing import Any

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from matching.models import Block, Party, Ticket
from matching.services.parties import join_party, make_party
from matching.services.queueing import issue_ticket, lock_queue
from rooms.models import Quest


def make_ticket(quest: Quest, person: Participant, **fields: Any) -> Ticket:
    """A ticket as it stands in the table, without the rules of joining. Inside a transaction."""
    if "joined_at" in fields:
        fields.setdefault("waits_since", fields["joined_at"])
    return issue_ticket(lock_queue(quest_id=quest.pk), participant_id=person.pk, **fields)


def make_party_of(first: Participant, *others: Participant) -> Party:
    """A party that the first one made, and into which the others came by its code."""
    party = make_party(by=seat_of(first))
    for person in others:
        join_party(by=seat_of(person), code=party.code)
    return party


def make_block(blocker: Participant, blocked: Participant) -> Block:
    """Without the rules about whom one may block."""
    return Block.objects.create(blocker=blocker, blocked=blocked)
