"""The tick: turns who waits into rooms, one queue and one transaction at a time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from echoroom.events.services.news import tell, tell_each
from matching.models import Queue, Ticket
from matching.services.queueing import end_tickets, is_played, lock_queue, tell_queue
from matching.teams import Waiting, form_teams
from rooms.errors import AlreadyPlaying, RoomFull, RoomOver, RoomStarted
from rooms.models import Membership, Quest, Room
from rooms.selectors.content import content_of
from rooms.services.seating import join_room, open_room

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 20


def tick(*, by: None = None) -> int:
    """Form teams in every queue in which somebody waits. Returns how many rooms were opened."""
    quests = Ticket.objects.waiting().order_by("quest_id").values_list("quest_id", flat=True).distinct()
    opened = 0
    for quest_id in list(quests):
        try:
            while True:
                ticked = tick_queue(quest_id=quest_id)
                opened += ticked.opened
                if not ticked.is_more_due:
                    break
        except Exception:
            # One broken queue must not keep the others waiting.
            logger.exception("The tick of queue %s failed", quest_id)
    return opened


class Ticked(NamedTuple):
    opened: int
    is_more_due: bool


@transaction.atomic
def tick_queue(*, quest_id: UUID) -> Ticked:
    """Form teams of one queue; its row keeps a second matcher out until this one has committed.

    A rush is seated in several short transactions, so that people who join meanwhile do not wait for all of it.
    """
    queue = lock_queue(quest_id=quest_id)
    quest = Quest.objects.select_related("event").get(pk=quest_id)
    now = timezone.now()
    if not is_played(quest=quest, moment=now):
        _send_away(queue, now)
        return Ticked(0, is_more_due=False)
    if _expire_unseen(quest, now):
        tell_queue(queue, kind="left")
    waiting = _waiting(quest)
    if not waiting or quest.current_id is None:
        return Ticked(0, is_more_due=False)
    content = content_of(quest.current_id)
    plan = form_teams(
        waiting,
        minimum=content.team_min,
        size=content.team_size,
        patience=timedelta(seconds=content.patience_seconds),
        now=now,
    )
    due = plan.teams[:MOST_AT_ONCE]
    seated = [people for team in due if (people := _seat_team(quest, team, now))]
    news = {person: "matched" for people in seated for person in people}
    if len(due) == len(plan.teams):
        for person in plan.left_over:
            if kind := _place_single(quest, person, now):
                news[person.participant_id] = kind
    # Of all at once: people are locked last and in one order.
    tell_each(news)
    if plan.teams or plan.left_over:
        tell_queue(queue, kind="matched")
    # A team that could not be seated has lost who plays elsewhere: its others are due for a new team at once.
    return Ticked(len(seated), is_more_due=len(seated) < len(plan.teams))


def _waiting(quest: Quest) -> list[Waiting]:
    rows = Ticket.objects.waiting().filter(quest=quest).order_by("joined_at", "id")
    return [Waiting(*row) for row in rows.values_list("pk", "participant_id", "joined_at")]


def _expire_unseen(quest: Quest, now: datetime) -> int:
    oldest = now - timedelta(seconds=settings.SEAT_HOLD_SECONDS)
    unseen = Ticket.objects.waiting().filter(quest=quest, seen_at__lte=oldest)
    return end_tickets(list(unseen.values_list("pk", flat=True)), state=Ticket.State.EXPIRED, now=now)


def _send_away(queue: Queue, now: datetime) -> None:
    """The quest or its event was closed: nobody waits for what does not come."""
    waiting = Ticket.objects.waiting().filter(quest_id=queue.pk)
    people = dict(waiting.values_list("pk", "participant_id"))
    end_tickets(list(people), state=Ticket.State.CLOSED, now=now)
    tell(people.values(), kind="queue_closed")
    tell_queue(queue, kind="closed")


def _seat_team(quest: Quest, team: list[Waiting], now: datetime) -> list[UUID]:
    """Who sits in a new room now: the team, or nobody if one of them sits elsewhere."""
    people = [person.participant_id for person in team]
    try:
        room = open_room(by=None, quest=quest, participant_ids=people)
    except AlreadyPlaying:
        # Somebody of the team sits elsewhere by now: drop those, the others wait for the next tick.
        _drop_who_plays(people, now)
        return []
    end_tickets([person.ticket_id for person in team], state=Ticket.State.MATCHED, now=now, room_id=room.pk)
    return people


def _drop_who_plays(people: list[UUID], now: datetime) -> None:
    playing = Ticket.objects.waiting().filter(participant_id__in=people, participant__memberships__is_playing=True)
    end_tickets(list(playing.values_list("pk", flat=True)), state=Ticket.State.LEFT, now=now)


def _place_single(quest: Quest, person: Waiting, now: datetime) -> str:
    """Seat a last person in a room that has not started, else end their wait; what they are to be told, if anything."""
    someone = Membership.objects.filter(room=OuterRef("pk"), is_playing=True, away_at=None)
    # Nobody who waits for people is seated among bots that somebody else has asked for.
    open_rooms = Room.objects.filter(Exists(someone), quest=quest, state=Room.State.OPEN, practice=None)
    for room_id in open_rooms.order_by("created_at").values_list("pk", flat=True)[:20]:
        try:
            room = join_room(by=None, room_id=room_id, participant_id=person.participant_id)
        except (RoomFull, RoomStarted, RoomOver):
            continue
        except AlreadyPlaying:
            _drop_who_plays([person.participant_id], now)
            return ""
        end_tickets([person.ticket_id], state=Ticket.State.MATCHED, now=now, room_id=room.pk)
        return "matched"
    end_tickets([person.ticket_id], state=Ticket.State.NO_TEAM, now=now)
    return "no_team"
