"""What an organiser does to a whole queue: hold and release it, have it looked at now, make its teams smaller."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Value
from django.utils import timezone

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.models import Event
from matching.errors import QueueHeld, TeamSizeImpossible
from matching.models import Queue, Ticket
from matching.services.queueing import is_played, lock_queue, tell_queue
from matching.services.ticking import tick_until_done
from matching.services.waking import wake_matcher
from rooms.errors import NotARoom, QuestClosed, QuestNotFound
from rooms.models import Quest
from rooms.selectors.quest_export import spec_of
from rooms.services.quests import import_quest


def quest_run_by(*, by: User, quest_id: UUID) -> Quest:
    """A decision room of an event that this organiser runs. Raises `QuestNotFound` and `NotARoom`."""
    quest = Quest.objects.visible_to(by).select_related("event", "region").filter(pk=quest_id).first()
    if quest is None:
        raise QuestNotFound
    if not quest.is_room:
        raise NotARoom
    return quest


@transaction.atomic
def hold_queue(*, by: User, quest_id: UUID) -> Queue:
    """Form no teams until it is released; everybody keeps their place. Holding twice is the same success."""
    quest = quest_run_by(by=by, quest_id=quest_id)
    queue = lock_queue(quest_id=quest_id)
    if queue.held_at is None:
        _set_held(queue, held=True)
        audit.record("queue.held", by=by, target=queue, event_id=quest.event_id)
    return queue


@transaction.atomic
def release_queue(*, by: User, quest_id: UUID) -> Queue:
    """Let teams be formed again, at once. Releasing twice is the same success."""
    quest = quest_run_by(by=by, quest_id=quest_id)
    queue = lock_queue(quest_id=quest_id)
    if queue.held_at is not None:
        _forget_hold(queue, queue.held_at)
        _set_held(queue, held=False)
        audit.record("queue.released", by=by, target=queue, event_id=quest.event_id)
        wake_matcher(quest_id=quest_id)
    return queue


def _forget_hold(queue: Queue, since: datetime) -> None:
    """What people waited while nobody could be teamed makes no rule give way, and ends no wait; their order stays."""
    waiting, now = Ticket.objects.waiting().filter(quest_id=queue.pk), timezone.now()
    waiting.filter(joined_at__lte=since).update(waits_since=F("waits_since") + (now - since))
    # Who came meanwhile, some of them back to what they had waited before.
    own = ExpressionWrapper(Value(now) - F("joined_at"), DurationField())
    waiting.filter(joined_at__gt=since).update(waits_since=F("waits_since") + own)


def _set_held(queue: Queue, *, held: bool) -> None:
    queue.held_at = timezone.now() if held else None
    Queue.objects.filter(pk=queue.pk).update(held_at=queue.held_at)
    tell_queue(queue, kind="held" if held else "released")


def tick_now(*, by: User, quest_id: UUID) -> int:
    """Look for teams now; how many were seated. Raises `QueueHeld` and `QuestClosed`: then none could be."""
    quest = quest_run_by(by=by, quest_id=quest_id)
    if not is_played(quest=quest, moment=timezone.now()):
        raise QuestClosed
    with transaction.atomic():
        queue = lock_queue(quest_id=quest_id)
        if queue.held_at is not None:
            raise QueueHeld
        audit.record("queue.tick_asked", by=by, target=queue, event_id=quest.event_id)
    # In transactions of its own, as the clock's.
    return tick_until_done(by=by, quest_id=quest_id)


@transaction.atomic
def set_team_size(*, by: User, quest_id: UUID, size: int) -> Quest:
    """Play the quest in teams of this size, as a new version: rooms that are open keep theirs.

    Raises `TeamSizeImpossible` outside two to the quest's largest team. The same size again changes nothing.
    """
    quest = quest_run_by(by=by, quest_id=quest_id)
    # Before the queue, as everywhere; it orders this and other changes of what the quest asks.
    Event.objects.select_for_update(no_key=True).get(pk=quest.event_id)
    quest.refresh_from_db(fields=["current"])
    if quest.current_id is None:
        raise QuestNotFound
    spec = spec_of(quest)
    if not 2 <= size <= spec.team_max:
        raise TeamSizeImpossible(f"Teams of this quest have two to {spec.team_max} people.")
    if size != spec.team_size:
        changed = replace(spec, team_size=size, team_min=min(spec.team_min, size))
        quest = import_quest(by=by, event=quest.event, spec=changed)
        tell_queue(lock_queue(quest_id=quest_id), kind="size_changed")
        wake_matcher(quest_id=quest_id)
    return quest
