from __future__ import annotations

from uuid import UUID

from django.db import transaction

from echoroom import audit
from echoroom.accounts.models import User
from matching.selectors.queue_people import TicketLine, ticket_lines
from matching.services.queue_control import quest_run_by
from rooms.models import Quest


@transaction.atomic
def export_tickets(*, by: User, quest_id: UUID) -> tuple[Quest, list[TicketLine]]:
    """What an organiser takes away of a queue. The journal keeps that they did, and how much it was."""
    quest = quest_run_by(by=by, quest_id=quest_id)
    lines = list(ticket_lines(quest=quest))
    audit.record("queue.tickets_exported", by=by, target=quest, event_id=quest.event_id, tickets=len(lines))
    return quest, lines
