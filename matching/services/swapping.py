"""An organiser swaps two people of two teams before they start."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.models import Participant
from echoroom.events.services.news import tell
from matching.errors import PartySplit, PracticeNotSwapped
from matching.models import MatchedTeam, PracticeRoom, Ticket
from matching.services.queue_control import quest_run_by
from matching.services.queue_people import require_they_may_meet
from matching.services.queueing import lock_queue, tell_queue
from rooms.errors import NotInTheRoom, SameRoom
from rooms.models import Membership, Room
from rooms.services.swapping import swap_seats


@transaction.atomic
def swap_people(*, by: User, quest_id: UUID, membership_ids: Sequence[int]) -> list[Room]:
    """Two people, named by their seats in two rooms of this quest, change places before either room has started.

    Blocks, languages and parties hold as they do for the matcher. Raises `SameRoom`, `NotInTheRoom`, `PartySplit`,
    `TeamNotAllowed`, `PracticeNotSwapped`, `RoomStarted` and `RoomOver`; then nobody has moved.
    """
    quest = quest_run_by(by=by, quest_id=quest_id)
    # Before any room, so that the matcher fills neither lobby meanwhile.
    queue = lock_queue(quest_id=quest_id)
    seats = _seats(quest_id, membership_ids)
    first, second = seats
    if PracticeRoom.objects.filter(room__in=[first.room_id, second.room_id]).exists():
        raise PracticeNotSwapped
    swapped = {first.room_id: first.participant_id, second.room_id: second.participant_id}
    _require_no_party(swapped)
    rooms = swap_seats(by=by, seats=swapped)
    for room in rooms:
        _require_they_get_on(room)
    _move_tickets(first, second)
    # Why the old teams were teams is not why these are.
    MatchedTeam.objects.filter(room__in=rooms).delete()
    lines = [
        audit.Line(quest.event_id, seat.room, {"participant_id": seat.participant_id, "to_room": other.room_id})
        for seat, other in ((first, second), (second, first))
    ]
    audit.record_each("queue.people_swapped", by=by, lines=lines)
    tell_queue(queue, kind="swapped")
    tell([first.participant_id, second.participant_id], kind="moved")
    return rooms


def _seats(quest_id: UUID, membership_ids: Sequence[int]) -> list[Membership]:
    if len(set(membership_ids)) != 2:
        raise SameRoom
    seats = Membership.objects.seated().filter(pk__in=membership_ids, room__quest=quest_id).select_related("room")
    found = {seat.pk: seat for seat in seats}
    if len(found) != 2:
        raise NotInTheRoom
    return [found[pk] for pk in membership_ids]


def _require_no_party(swapped: dict[int, UUID]) -> None:
    """Whoever came with a party stays with it."""
    for room_id, person in swapped.items():
        mine = Ticket.objects.filter(room=room_id, participant=person, party__isnull=False).values("party")
        if Ticket.objects.filter(room=room_id, party__in=mine).exclude(participant=person).exists():
            raise PartySplit


def _require_they_get_on(room: Room) -> None:
    people = list(Participant.objects.filter(memberships__room=room, memberships__left_at=None))
    parties: dict[UUID, UUID | None] = dict.fromkeys(person.pk for person in people)
    parties |= dict(Ticket.objects.filter(room=room, participant__in=people).values_list("participant_id", "party_id"))
    require_they_may_meet(people=people, parties=parties)


def _move_tickets(first: Membership, second: Membership) -> None:
    """A ticket leads to the room in which its owner sits."""
    mine = Ticket.objects.filter(room=first.room_id, participant=first.participant_id)
    theirs = Ticket.objects.filter(room=second.room_id, participant=second.participant_id)
    moved = list(mine.values_list("pk", flat=True))
    theirs.update(room=first.room_id)
    Ticket.objects.filter(pk__in=moved).update(room=second.room_id)
