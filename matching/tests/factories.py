from __future__ import annotations

from typing import Any

from echoroom.events.models import Participant
from matching.models import Ticket
from matching.services.queueing import issue_ticket, lock_queue
from rooms.models import Quest


def make_ticket(quest: Quest, person: Participant, **fields: Any) -> Ticket:
    """A ticket as it stands in the table, without the rules of joining. Inside a transaction."""
    return issue_ticket(lock_queue(quest_id=quest.pk), participant_id=person.pk, **fields)
