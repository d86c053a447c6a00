"""What an organiser does to people in a queue: add and remove them, put them into a team by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.models import Participant
from echoroom.events.services.news import tell
from echoroom.events.services.seats import seat_of
from matching.errors import PartySplit, PersonNotFound, TeamNotAllowed, TeamSizeImpossible, TicketOver
from matching.groups import common_languages
from matching.models import Ticket
from matching.selectors.blocks import pairs_apart
from matching.services.queue_control import quest_run_by
from matching.services.queueing import end_tickets, is_played, join_queue, lock_queue, tell_queue
from rooms.errors import QuestClosed
from rooms.models import Room
from rooms.selectors.content import content_of
from rooms.services.seating import open_rooms


@transaction.atomic
def add_to_queue(*, by: User, quest_id: UUID, participant_id: UUID) -> Ticket:
    """Queue somebody, and their party with them. Whoever waits there already keeps their place.

    Raises what joining does: `ProfileIncomplete`, `AlreadyQueued`, `AlreadyPlaying`, `QuestClosed` and the party's.
    """
    quest = quest_run_by(by=by, quest_id=quest_id)
    person = Participant.objects.filter(pk=participant_id, event=quest.event_id, is_bot=False).first()
    if person is None:
        raise PersonNotFound
    ticket = join_queue(by=seat_of(person), quest_id=quest.pk)
    tell([person.pk], kind="queued")
    audit.record("queue.person_added", by=by, target=ticket, event_id=quest.event_id, quest_id=quest.pk)
    return ticket


@transaction.atomic
def remove_from_queue(*, by: User, quest_id: UUID, ticket_id: UUID) -> list[int | None]:
    """End somebody's wait, and their party's: it waits as one. The numbers of the tickets that ended.

    One that was left or removed before is the same success; `TicketOver` for one that ended otherwise.
    """
    quest = quest_run_by(by=by, quest_id=quest_id)
    queue = lock_queue(quest_id=quest_id)
    ticket = Ticket.objects.filter(pk=ticket_id, quest=quest).first()
    if ticket is None or ticket.state not in {Ticket.State.WAITING, Ticket.State.LEFT}:
        raise TicketOver
    rows = {row.pk: row for row in Ticket.objects.waiting().together_with(ticket)}
    # A party's mates of an earlier wait are none of this one.
    if ticket.pk not in rows:
        return []
    end_tickets(list(rows), state=Ticket.State.LEFT, now=timezone.now())
    lines = [audit.Line(quest.event_id, row, {"quest_id": quest.pk, "number": row.number}) for row in rows.values()]
    audit.record_each("queue.person_removed", by=by, lines=lines)
    tell_queue(queue, kind="left")
    tell((row.participant_id for row in rows.values() if row.participant_id), kind="removed_from_queue")
    return sorted((row.number for row in rows.values()), key=lambda number: number or 0)


@transaction.atomic
def match_by_hand(*, by: User, quest_id: UUID, ticket_ids: Collection[UUID]) -> Room:
    """Seat these people in a room of their own, in a held queue too. What no wait relaxes holds here as well.

    Raises `TicketOver`, `TeamSizeImpossible`, `PartySplit`, `TeamNotAllowed`, `AlreadyPlaying` and `QuestClosed`, and
    then nobody is seated.
    """
    quest = quest_run_by(by=by, quest_id=quest_id)
    now = timezone.now()
    queue = lock_queue(quest_id=quest_id)
    if not is_played(quest=quest, moment=now) or quest.current_id is None:
        raise QuestClosed
    tickets = list(
        Ticket.objects.waiting().filter(quest=quest, pk__in=ticket_ids).select_related("participant").order_by("number")
    )
    if len(tickets) < len(set(ticket_ids)):
        raise TicketOver
    _require_size(quest.current_id, len(tickets))
    _require_whole_parties(tickets)
    chosen = [ticket.participant for ticket in tickets if ticket.participant]
    require_they_may_meet(people=chosen, parties=_parties(tickets))
    return _seat(by, tickets, queue_version=queue.version, now=now)


def _require_size(version_id: UUID, people: int) -> None:
    content = content_of(version_id)
    if not content.team_min <= people <= content.team_max:
        raise TeamSizeImpossible(f"Choose {content.team_min} to {content.team_max} people: you chose {people}.")


def _require_whole_parties(tickets: Sequence[Ticket]) -> None:
    parties = {ticket.party_id for ticket in tickets if ticket.party_id}
    if not parties:
        return
    chosen = {ticket.pk for ticket in tickets}
    mates = Ticket.objects.waiting().filter(party__in=parties, quest_id=tickets[0].quest_id)
    if mates.exclude(pk__in=chosen).exists():
        raise PartySplit


def _parties(tickets: Sequence[Ticket]) -> dict[UUID, UUID | None]:
    return {ticket.participant_id: ticket.party_id for ticket in tickets if ticket.participant_id}


def require_they_may_meet(*, people: Sequence[Participant], parties: dict[UUID, UUID | None]) -> None:
    """A language in common and no block among them. One refusal for both: whom somebody blocked is theirs to know."""
    if common_languages(person.languages for person in people) == frozenset() or pairs_apart(parties=parties):
        raise TeamNotAllowed


def _seat(by: User, tickets: Sequence[Ticket], *, queue_version: int, now: datetime) -> Room:
    quest = tickets[0].quest
    people = [ticket.participant_id for ticket in tickets if ticket.participant_id]
    (room,) = open_rooms(by=by, quest=quest, teams=[people])
    end_tickets([ticket.pk for ticket in tickets], state=Ticket.State.MATCHED, now=now, room_id=room.pk)
    numbers = [ticket.number for ticket in tickets]
    audit.record(
        "queue.matched_by_hand",
        by=by,
        target=room,
        event_id=quest.event_id,
        quest_id=quest.pk,
        tickets=numbers,
        queue_version=queue_version,
    )
    tell_queue(lock_queue(quest_id=quest.pk), kind="matched")
    # Last: whoever is told stays locked.
    tell(people, kind="matched")
    return room
