from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from echoroom import live
from echoroom.bulk import any_of, update_rows
from echoroom.events.errors import ProfileIncomplete
from echoroom.events.services.news import tell
from echoroom.viewer import Viewer
from matching.errors import AlreadyQueued, PartyNotFound, PartyTooLarge, PartyWithoutLanguage
from matching.groups import common_languages, group_of
from matching.models import Queue, Ticket
from matching.selectors.company import Standing, party_by_code, waited_before
from matching.services.company import Company, lock_company
from matching.services.forecasting import forecast_at_join
from matching.services.waking import wake_matcher
from rooms.errors import AlreadyPlaying, NotARoom, QuestClosed, QuestNotFound
from rooms.models import Quest
from rooms.selectors.content import content_of

SEEN_EVERY = timedelta(seconds=15)


@transaction.atomic
def join_queue(*, by: Viewer, quest_id: UUID, party_code: str | None = None) -> Ticket:
    """Take a place in the quest's queue. Whoever is in a party queues with all of it, or nobody of it does.

    Joining twice is the same success, and keeps the places. A quest that somebody has played may be played again:
    another team may decide otherwise. `party_code` says which party the asker means to queue with, and raises
    `PartyNotFound` or `PartyDissolved` if it is not theirs.
    """
    quest = Quest.objects.select_related("event").filter(pk=quest_id, event_id=by.entered_event_id).first()
    if quest is None:
        raise QuestNotFound
    if not quest.is_room:
        raise NotARoom
    # Locked in the order ticket (queue), party, room, membership, participant, as everywhere.
    queue = lock_queue(quest_id=quest.pk)
    company = lock_company(by=by)
    _require_party(by, company, party_code)
    if company.me.waits_for == quest.pk:
        return Ticket.objects.waiting().get(participant_id=by.seat_id)
    _require_no_other_queue(company, quest)
    _require_may_play(company, quest)
    try:
        with transaction.atomic():
            tickets = _issue_tickets(queue, company)
    except IntegrityError as error:
        # matching_ticket_one_queue_at_a_time: an organiser's hand was faster.
        raise AlreadyQueued from error
    tell_queue(queue, kind="joined")
    wake_matcher(quest_id=quest.pk)
    if company.party:
        tell(company.ids, kind="party_queued")
    return tickets[by.seat_id]


def _require_party(by: Viewer, company: Company, code: str | None) -> None:
    if code is not None and party_by_code(viewer=by, code=code) != company.party:
        raise PartyNotFound


def _require_no_other_queue(company: Company, quest: Quest) -> None:
    for person in _me_first(company):
        if person.waits_for not in {None, quest.pk}:
            if person is company.me:
                raise AlreadyQueued
            raise AlreadyQueued(f"{person.name} of your party waits for another quest. Wait, or leave the party first.")


def _require_may_play(company: Company, quest: Quest) -> None:
    for person in _me_first(company):
        if not person.has_profile:
            mates = "Somebody of your party has not filled in their name and agreed to the rules yet."
            raise ProfileIncomplete(None if person is company.me else mates)
    if not is_played(quest=quest, moment=timezone.now()):
        raise QuestClosed
    for person in _me_first(company):
        if person.plays:
            mates = f"{person.name} of your party sits in a room. Wait for them, or leave the party first."
            raise AlreadyPlaying(None if person is company.me else mates)
    if company.party:
        _require_fits(company, quest)


def _require_fits(company: Company, quest: Quest) -> None:
    assert quest.current_id is not None
    most = content_of(quest.current_id).team_size - 1
    if len(company.people) > most:
        raise PartyTooLarge(
            f"It is played in teams of {most + 1}, with a seat for somebody new: parties of {most} at most."
        )
    # A rule that no wait relaxes: such a party would wait for nothing.
    if common_languages(person.languages for person in company.people) == frozenset():
        raise PartyWithoutLanguage


def _me_first(company: Company) -> list[Standing]:
    """What somebody can mend themselves is said before what a party-mate has to."""
    return [company.me, *(person for person in company.people if person is not company.me)]


def group_of_people(people: Sequence[Standing]) -> str:
    """Whose waits are like those of people who wait as one."""
    return group_of(common_languages(person.languages for person in people) or (), len(people))


def _issue_tickets(queue: Queue, company: Company) -> dict[UUID, Ticket]:
    """A ticket for everybody of the company who has none in this queue: some may be waiting already."""
    now = timezone.now()
    newcomers = [person.participant_id for person in company.people if not person.waits_for]
    waited = waited_before(quest_id=queue.pk, participant_ids=newcomers, moment=now)
    group = group_of_people(company.people)
    return {
        person: issue_ticket(
            queue,
            participant_id=person,
            party=company.party,
            group=group,
            joined_at=now,
            waits_since=now - waited.get(person, timedelta(0)),
            seen_at=now,
        )
        for person in newcomers
    }


def regroup(*, party_ids: Collection[UUID]) -> None:
    """Parties of a locked queue that have lost somebody: whoever waits on is of a smaller group from now on."""
    for party_id in party_ids:
        tickets = Ticket.objects.waiting().filter(party_id=party_id)
        spoken = list(tickets.values_list("participant__languages", flat=True))
        tickets.update(group=group_of(common_languages(spoken) or (), len(spoken)))


def issue_ticket(queue: Queue, *, participant_id: UUID, group: str = "", **fields: Any) -> Ticket:
    """The next ticket of a locked queue, with what its owner is told about the wait."""
    queue.last_number += 1
    Queue.objects.filter(pk=queue.pk).update(last_number=queue.last_number)
    p50, p90 = forecast_at_join(queue, group=group)
    told = {"forecast_p50": p50, "forecast_p90": p90, **fields}
    return Ticket.objects.create(
        quest_id=queue.pk, participant_id=participant_id, number=queue.last_number, group=group, **told
    )


def number_tickets(queue: Queue, *, ticket_ids: Collection[UUID]) -> int:
    """Number tickets of a locked queue that a server of an older version issued. How many."""
    for ticket_id in ticket_ids:
        queue.last_number += 1
        Ticket.objects.filter(pk=ticket_id).update(number=queue.last_number)
    if ticket_ids:
        Queue.objects.filter(pk=queue.pk).update(last_number=queue.last_number)
    return len(ticket_ids)


def is_played(*, quest: Quest, moment: datetime) -> bool:
    """Whether teams are formed for it: the quest, its region and its event are open."""
    return quest.event.is_open_at(moment) and Quest.objects.playable().filter(pk=quest.pk).exists()


@transaction.atomic
def leave_queue(*, by: Viewer) -> None:
    """Give up one's place, and those of one's party. Without a place this is a success too."""
    ticket = Ticket.objects.waiting().filter(participant_id=by.seat_id).first()
    if ticket is None:
        return
    queue = lock_queue(quest_id=ticket.quest_id)
    people = {ticket.pk: by.seat_id}
    if ticket.party_id:
        people = dict(Ticket.objects.waiting().together_with(ticket).values_list("pk", "participant_id"))
    # Only waiting tickets: a match that was faster stays a match.
    if ticket.pk not in people or not end_tickets(list(people), state=Ticket.State.LEFT, now=timezone.now()):
        return
    tell_queue(queue, kind="left")
    if ticket.party_id:
        tell(people.values(), kind="party_left_queue")


def note_presence(*, by: Viewer) -> None:
    """A waiting page or client shows that it is there."""
    now = timezone.now()
    unseen = Ticket.objects.waiting().filter(participant_id=by.seat_id, seen_at__lte=now - SEEN_EVERY)
    # Looked up first: on SQLite even an UPDATE of nothing waits for whoever writes.
    if unseen.exists():
        unseen.update(seen_at=now)


def end_tickets(ids: list[UUID], *, state: Ticket.State, now: datetime, room_id: int | None = None) -> int:
    return Ticket.objects.waiting().filter(pk__in=any_of(ids)).update(state=state, ended_at=now, room_id=room_id)


def end_tickets_in_rooms(ids: Sequence[UUID], *, room_ids: Sequence[int], now: datetime) -> int:
    """Each of these tickets led to its room, in the order of both."""
    columns: dict[str, Sequence[Any]] = {"id": ids, "room_id": room_ids}
    matched = {"state": Ticket.State.MATCHED, "ended_at": now}
    return update_rows(Ticket, columns, where={"state": Ticket.State.WAITING}, **matched)


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
