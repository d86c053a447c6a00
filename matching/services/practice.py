"""Somebody asks for practice bots: they take the free seats of that person's room, or party, and of nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from echoroom import audit
from echoroom.events.models import Event, Participant
from echoroom.events.services.bots import create_bot, seat_bots
from echoroom.events.services.news import tell
from echoroom.viewer import Viewer
from matching.errors import NothingToPractise, PracticeFull, PracticeNotOffered
from matching.models import PracticeRoom, Ticket
from matching.practice.names import NAMES
from matching.services.queueing import end_tickets, is_played, join_queue, lock_queue, tell_queue
from rooms.errors import QuestClosed, RoomStarted
from rooms.models import Membership, Quest, Room
from rooms.selectors.content import content_of
from rooms.services.play import lock
from rooms.services.seating import join_room, open_room

# Bots that may play in one event at the same time.
MOST_PLAYING = 30


@dataclass(frozen=True, slots=True)
class PracticeReceipt:
    """The room to go to, and how many bots sit in it."""

    room: str
    bots: int


@transaction.atomic
def request_practice(*, by: Viewer) -> PracticeReceipt:
    """Fill the room of whoever waits, or sits in a lobby, with bots. Asking again is the same success.

    Raises `PracticeNotOffered` where it counts, `NothingToPractise` for who neither waits nor sits, `RoomStarted`,
    `PracticeFull`, and what the queue refuses.
    """
    # Before every other lock: one request at a time in an event, or two could share out the same free bots.
    event = Event.objects.select_for_update(no_key=True).get(pk=by.entered_event_id)
    if not event.has_practice:
        raise PracticeNotOffered
    ticket = Ticket.objects.filter(participant_id=by.seat_id).order_by("-joined_at").first()
    if ticket and ticket.state == Ticket.State.WAITING:
        # From here on no matcher seats this person.
        lock_queue(quest_id=ticket.quest_id)
        ticket.refresh_from_db()
    room_id = Membership.objects.filter(participant_id=by.seat_id, is_playing=True).values_list("room").first()
    if room_id:
        return _fill(by, room_id[0])
    if ticket and ticket.state == Ticket.State.NO_TEAM:
        # They have just been told that nobody came: no need to wait once more first.
        ticket = join_queue(by=by, quest_id=ticket.quest_id)
    if ticket is None or ticket.state != Ticket.State.WAITING:
        raise NothingToPractise
    return _open(by, ticket)


def _open(by: Viewer, ticket: Ticket) -> PracticeReceipt:
    quest, now = Quest.objects.select_related("event").get(pk=ticket.quest_id), timezone.now()
    if quest.current_id is None or not is_played(quest=quest, moment=now):
        raise QuestClosed
    waiting = Ticket.objects.waiting().together_with(ticket).order_by("number")
    people = dict(waiting.values_list("participant_id", "pk"))
    bots = _free_bots(by, content_of(quest.current_id).team_size - len(people))
    room = open_room(by=by, quest=quest, participant_ids=[*people, *bots])
    end_tickets(list(people.values()), state=Ticket.State.MATCHED, now=now, room_id=room.pk)
    tell(people, kind="matched")
    tell_queue(lock_queue(quest_id=quest.pk), kind="matched")
    return _asked(by, room)


def _fill(by: Viewer, room_id: int) -> PracticeReceipt:
    play = lock(room_id=room_id)
    if not play.room.is_unstarted:
        if not PracticeRoom.objects.filter(pk=room_id).exists():
            raise RoomStarted
        return _asked(by, play.room)
    for bot in _free_bots(by, play.content.team_size - len(play.seated)):
        join_room(by=by, room_id=room_id, participant_id=bot)
    return _asked(by, play.room)


def _asked(by: Viewer, room: Room) -> PracticeReceipt:
    bots = Membership.objects.filter(room=room, is_playing=True, participant__is_bot=True).count()
    if bots:
        _, is_new = PracticeRoom.objects.get_or_create(room=room, defaults={"asked_by_id": by.seat_id})
        if is_new:
            audit.record("practice.requested", by=by, target=room, event_id=room.event_id, bots=bots)
    return PracticeReceipt(room.code, bots)


def _free_bots(by: Viewer, wanted: int) -> list[UUID]:
    """So many bots that play nowhere: those of rooms that have ended first, new ones for the rest."""
    if wanted <= 0:
        return []
    bots = Participant.objects.filter(event_id=by.entered_event_id, is_bot=True)
    playing = bots.filter(memberships__is_playing=True).count()
    if playing + wanted > MOST_PLAYING:
        raise PracticeFull
    known = bots.count()
    free = list(bots.exclude(memberships__is_playing=True).order_by("entered_at").values_list("pk", flat=True)[:wanted])
    names = (NAMES[number % len(NAMES)] for number in range(known, known + wanted - len(free)))
    free += [create_bot(by=by, name=name).pk for name in names]
    seat_bots(participant_ids=free)
    return free
