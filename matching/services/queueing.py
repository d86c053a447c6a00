from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from echoroom import live
from echoroom.events.errors import ProfileIncomplete
from echoroom.events.models import Participant
from echoroom.viewer import Viewer
from matching.errors import AlreadyQueued
from matching.models import Queue, Ticket
from rooms.errors import AlreadyPlaying, NotARoom, QuestClosed, QuestNotFound
from rooms.models import Membership, Quest

SEEN_EVERY = timedelta(seconds=15)


@transaction.atomic
def join_queue(*, by: Viewer, quest_id: UUID) -> Ticket:
    """Take a place in the quest's queue. Joining twice is the same success, and keeps the place."""
    participant = Participant.objects.get(pk=by.seat_id)
    quest = Quest.objects.select_related("event").filter(pk=quest_id, event_id=participant.event_id).first()
    if quest is None:
        raise QuestNotFound
    if not quest.is_room:
        raise NotARoom
    # Locked in the order ticket (queue), room, membership, participant, as everywhere.
    queue = lock_queue(quest_id=quest.pk)
    waiting = Ticket.objects.waiting().filter(participant=participant).first()
    if waiting:
        if waiting.quest_id != quest.pk:
            raise AlreadyQueued
        return waiting
    _require_may_play(participant, quest)
    try:
        with transaction.atomic():
            ticket = issue_ticket(queue, participant_id=participant.pk)
    except IntegrityError as error:
        # matching_ticket_one_queue_at_a_time: another of this person's devices was faster, in another queue.
        raise AlreadyQueued from error
    tell_queue(queue, kind="joined")
    return ticket


def issue_ticket(queue: Queue, *, participant_id: UUID, **fields: Any) -> Ticket:
    """The next ticket of a locked queue."""
    queue.last_number += 1
    Queue.objects.filter(pk=queue.pk).update(last_number=queue.last_number)
    return Ticket.objects.create(quest_id=queue.pk, participant_id=participant_id, number=queue.last_number, **fields)


def _require_may_play(participant: Participant, quest: Quest) -> None:
    if not participant.has_profile:
        raise ProfileIncomplete
    if not is_played(quest=quest, moment=timezone.now()):
        raise QuestClosed
    if Membership.objects.filter(participant=participant, is_playing=True).exists():
        raise AlreadyPlaying


def is_played(*, quest: Quest, moment: datetime) -> bool:
    """Whether teams are formed for it: the quest, its region and its event are open."""
    return quest.event.is_open_at(moment) and Quest.objects.playable().filter(pk=quest.pk).exists()


@transaction.atomic
def leave_queue(*, by: Viewer) -> None:
    """Give up one's place. Without a place this is a success too."""
    ticket = Ticket.objects.waiting().filter(participant_id=by.seat_id).first()
    if ticket is None:
        return
    queue = lock_queue(quest_id=ticket.quest_id)
    # Only a waiting ticket: a match that was faster stays a match.
    if end_tickets([ticket.pk], state=Ticket.State.LEFT, now=timezone.now()):
        tell_queue(queue, kind="left")


def note_presence(*, by: Viewer) -> None:
    """A waiting page or client shows that it is there."""
    now = timezone.now()
    unseen = Ticket.objects.waiting().filter(participant_id=by.seat_id, seen_at__lte=now - SEEN_EVERY)
    # Looked up first: on SQLite even an UPDATE of nothing waits for whoever writes.
    if unseen.exists():
        unseen.update(seen_at=now)


def end_tickets(ids: list[UUID], *, state: Ticket.State, now: datetime, room_id: int | None = None) -> int:
    return Ticket.objects.waiting().filter(pk__in=ids).update(state=state, ended_at=now, room_id=room_id)


def lock_queue(*, quest_id: UUID) -> Queue:
    locked = Queue.objects.select_for_update().filter(quest_id=quest_id)
    found = locked.first()
    if found is None:
        Queue.objects.get_or_create(quest_id=quest_id)
        found = locked.get()
    return found


def tell_queue(queue: Queue, *, kind: str) -> None:
    """Count and announce one change of a locked queue."""
    Queue.objects.filter(pk=queue.pk).update(version=F("version") + 1)
    queue.version += 1
    live.announce(f"queue:{queue.pk}", version=queue.version, type=kind)
