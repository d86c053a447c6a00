"""What queues keep of a person who was erased: tickets with their times, which lead to nobody."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from matching.errors import PartyChanged
from matching.models import Block, PartyMember, PracticeRoom, Ticket
from matching.services.parties import leave_party
from matching.services.queueing import leave_queue, lock_queue
from rooms.services.forgetting import forget_in_rooms


@transaction.atomic
def forget_in_queues(*, by: None = None, participant_id: UUID) -> None:
    """End the wait of an erased person, then cut their tickets from them. Journals name tickets by number only.

    Their party goes on without them. Doing it again changes nothing.
    """
    seat = seat_of(Participant.objects.get(pk=participant_id))
    # A queue is locked before the party and its people, whichever of the two services finds them waiting.
    waiting = Ticket.objects.waiting().filter(participant_id=participant_id)
    locked = set(waiting.values_list("quest_id", flat=True))
    for quest_id in sorted(locked):
        lock_queue(quest_id=quest_id)
    leave_party(by=seat)
    if waiting.exclude(quest_id__in=locked).exists():
        # They joined one at this very moment, and it comes before what is locked by now: the delivery comes again.
        raise PartyChanged
    leave_queue(by=seat)
    Ticket.objects.filter(participant_id=participant_id).update(participant=None)
    PracticeRoom.objects.filter(asked_by_id=participant_id).update(asked_by=None)
    PartyMember.objects.filter(participant_id=participant_id).delete()
    Block.objects.filter(Q(blocker_id=participant_id) | Q(blocked_id=participant_id)).delete()
    # A tick may have seated them after the rooms had forgotten them.
    forget_in_rooms(participant_id=participant_id)
