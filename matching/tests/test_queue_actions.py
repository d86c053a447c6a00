"""What an organiser does to a queue and the people in it: who may, what it writes, and what is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from echoroom.refusals import Refusal
from matching.errors import (
    AlreadyQueued,
    PartySplit,
    PersonNotFound,
    QueueHeld,
    TeamNotAllowed,
    TeamSizeImpossible,
    TicketOver,
)
from matching.models import Block, Queue, Ticket
from matching.services.parties import join_party, make_party
from matching.services.queue_control import hold_queue, release_queue, set_team_size, tick_now
from matching.services.queue_people import add_to_queue, match_by_hand, remove_from_queue
from matching.services.queueing import join_queue, leave_queue
from matching.services.ticking import tick
from rooms.errors import AlreadyPlaying, NotARoom, QuestClosed, QuestNotFound
from rooms.models import Membership, Room
from rooms.services.quests import set_quest_open
from rooms.tests.factories import make_people, make_quest
from rooms.tests.questions import make_form
from tests.cast import Cast


def wait(cast: Cast, *people: Participant) -> list[Ticket]:
    return [join_queue(by=seat_of(person), quest_id=cast.quest.pk) for person in people]


def journaled() -> list[str]:
    return list(AuditEntry.objects.filter(action__startswith="queue.").order_by("id").values_list("action", flat=True))


def in_party(*people: Participant) -> None:
    party = make_party(by=seat_of(people[0]))
    for person in people[1:]:
        join_party(by=seat_of(person), code=party.code)


def test_a_held_queue_forms_no_teams_and_keeps_the_places(cast: Cast):
    hold_queue(by=cast.ada, quest_id=cast.quest.pk)
    wait(cast, cast.ben, cast.bea, cast.bob)
    assert (tick(), Ticket.objects.waiting().count()) == (0, 3)
    release_queue(by=cast.ada, quest_id=cast.quest.pk)
    assert (tick(), Ticket.objects.waiting().count()) == (1, 0)


def test_holding_and_releasing_twice_is_told_and_journaled_once(cast: Cast):
    first, second = (hold_queue(by=cast.ada, quest_id=cast.quest.pk).held_at for _ in range(2))
    assert (second, Queue.objects.get().version) == (first, 1)
    for _ in range(2):
        release_queue(by=cast.ada, quest_id=cast.quest.pk)
    assert (Queue.objects.get().held_at, Queue.objects.get().version) == (None, 2)
    assert journaled() == ["queue.held", "queue.released"]


def test_a_tick_that_is_asked_for_seats_who_waits(cast: Cast):
    wait(cast, cast.ben, cast.bea, cast.bob)
    assert tick_now(by=cast.ada, quest_id=cast.quest.pk) == 1
    assert journaled() == ["queue.tick_asked"]


def test_a_tick_is_refused_while_the_queue_is_held_or_closed(cast: Cast):
    hold_queue(by=cast.ada, quest_id=cast.quest.pk)
    with pytest.raises(QueueHeld):
        tick_now(by=cast.ada, quest_id=cast.quest.pk)
    set_quest_open(by=cast.ada, quest_id=cast.quest.pk, is_open=False)
    with pytest.raises(QuestClosed):
        tick_now(by=cast.ada, quest_id=cast.quest.pk)


def test_somebody_is_added_once(cast: Cast):
    tickets = [add_to_queue(by=cast.ada, quest_id=cast.quest.pk, participant_id=cast.cleo.pk) for _ in range(2)]
    assert tickets[0].pk == tickets[1].pk
    assert Ticket.objects.waiting().get().participant == cast.cleo


def test_a_party_is_added_whole(cast: Cast):
    in_party(cast.ben, cast.bea)
    add_to_queue(by=cast.ada, quest_id=cast.quest.pk, participant_id=cast.ben.pk)
    assert set(Ticket.objects.waiting().values_list("participant__name", flat=True)) == {"Ben", "Bea"}


def test_who_cannot_be_added(cast: Cast):
    other = make_quest(event=cast.event, slug="other")
    add_to_queue(by=cast.ada, quest_id=other.pk, participant_id=cast.cleo.pk)
    cast.room()
    bot = make_people(cast.event, 1)[0]
    Participant.objects.filter(pk=bot.pk).update(is_bot=True)
    for person, refusal in [
        (cast.cleo.pk, AlreadyQueued),
        (cast.ben.pk, AlreadyPlaying),
        (bot.pk, PersonNotFound),
        (uuid4(), PersonNotFound),
    ]:
        with pytest.raises(refusal):
            add_to_queue(by=cast.ada, quest_id=cast.quest.pk, participant_id=person)
    assert not Ticket.objects.filter(quest=cast.quest).exists()


def test_somebody_of_another_event_is_nobody_here(cast: Cast):
    with pytest.raises(PersonNotFound):
        add_to_queue(by=cast.ada, quest_id=cast.quest.pk, participant_id=make_people(make_quest().event, 1)[0].pk)


def test_somebody_is_removed_with_their_party_and_told(cast: Cast):
    in_party(cast.ben, cast.bea)
    wait(cast, cast.ben, cast.cleo)
    ticket = Ticket.objects.get(participant=cast.bea)
    numbers = remove_from_queue(by=cast.ada, quest_id=cast.quest.pk, ticket_id=ticket.pk)
    assert len(numbers) == 2
    assert Ticket.objects.waiting().get().participant == cast.cleo
    assert remove_from_queue(by=cast.ada, quest_id=cast.quest.pk, ticket_id=ticket.pk) == []
    assert journaled() == ["queue.person_removed"] * 2


def test_who_was_matched_is_not_removed(cast: Cast):
    tickets = wait(cast, cast.ben, cast.bea, cast.bob)
    tick()
    with pytest.raises(TicketOver):
        remove_from_queue(by=cast.ada, quest_id=cast.quest.pk, ticket_id=tickets[0].pk)
    assert Membership.objects.filter(is_playing=True).count() == 3


def test_a_team_is_put_together_by_hand_in_a_held_queue(cast: Cast):
    hold_queue(by=cast.ada, quest_id=cast.quest.pk)
    tickets = wait(cast, cast.ben, cast.cleo, cast.bob)
    room = match_by_hand(by=cast.ada, quest_id=cast.quest.pk, ticket_ids=[ticket.pk for ticket in tickets[:2]])
    assert set(room.memberships.values_list("participant__name", flat=True)) == {"Ben", "Cleo"}
    assert Ticket.objects.waiting().get().participant == cast.bob
    assert Ticket.objects.filter(state="matched", room=room).count() == 2
    entry = AuditEntry.objects.get(action="queue.matched_by_hand")
    assert (entry.actor_id, entry.ids["tickets"]) == (cast.ada.pk, [1, 2])


def refused(cast: Cast, tickets: list[Ticket], refusal: type[Refusal]) -> Refusal:
    with pytest.raises(refusal) as raised:
        match_by_hand(by=cast.ada, quest_id=cast.quest.pk, ticket_ids=[ticket.pk for ticket in tickets])
    assert not Room.objects.exists()
    return raised.value


def test_a_team_by_hand_has_the_quests_size(cast: Cast):
    tickets = wait(cast, cast.ben, cast.bea, cast.bob, cast.cleo)
    refused(cast, tickets, TeamSizeImpossible)
    refused(cast, tickets[:1], TeamSizeImpossible)


def test_nobody_is_put_together_with_whom_they_have_blocked(cast: Cast):
    Block.objects.create(blocker=cast.ben, blocked=cast.cleo)
    tickets = wait(cast, cast.ben, cast.cleo)
    told = refused(cast, tickets, TeamNotAllowed)
    assert "block" not in told.detail


def test_a_block_and_a_missing_language_are_refused_alike(cast: Cast):
    Participant.objects.filter(pk=cast.ben.pk).update(languages=["fi"])
    Participant.objects.filter(pk=cast.cleo.pk).update(languages=["pt"])
    refused(cast, wait(cast, cast.ben, cast.cleo), TeamNotAllowed)


def test_a_party_is_not_parted_by_hand(cast: Cast):
    in_party(cast.ben, cast.bea)
    wait(cast, cast.ben, cast.cleo)
    refused(cast, list(Ticket.objects.filter(participant__in=[cast.ben, cast.cleo])), PartySplit)


def test_who_has_left_meanwhile_is_not_matched(cast: Cast):
    tickets = wait(cast, cast.ben, cast.cleo)
    leave_queue(by=seat_of(cast.cleo))
    refused(cast, tickets, TicketOver)


def test_who_sits_in_a_room_is_not_put_into_a_second_one(cast: Cast):
    tickets = wait(cast, cast.ben, cast.cleo)
    room = cast.room(quest=make_quest(event=cast.event, slug="other"))
    with pytest.raises(AlreadyPlaying):
        match_by_hand(by=cast.ada, quest_id=cast.quest.pk, ticket_ids=[ticket.pk for ticket in tickets])
    assert Room.objects.get() == room
    assert Ticket.objects.waiting().count() == 2


def test_smaller_teams_are_a_new_version_of_the_quest(cast: Cast):
    quest = set_team_size(by=cast.ada, quest_id=cast.quest.pk, size=2)
    quest.refresh_from_db()
    assert quest.current is not None
    assert (quest.current.number, quest.current.team_size, quest.current.team_min) == (2, 2, 2)
    set_team_size(by=cast.ada, quest_id=cast.quest.pk, size=2)
    quest.refresh_from_db()
    assert quest.current.number == 2
    for size in (1, 4):
        with pytest.raises(TeamSizeImpossible):
            set_team_size(by=cast.ada, quest_id=cast.quest.pk, size=size)


@pytest.mark.parametrize("name", ["hold", "release", "tick", "size", "add", "remove", "match"])
def test_an_organiser_of_another_event_finds_no_such_queue(cast: Cast, name: str):
    (ticket,) = wait(cast, cast.ben)
    quest: dict[str, Any] = {"by": cast.otto, "quest_id": cast.quest.pk}
    act = {
        "hold": lambda: hold_queue(**quest),
        "release": lambda: release_queue(**quest),
        "tick": lambda: tick_now(**quest),
        "size": lambda: set_team_size(**quest, size=2),
        "add": lambda: add_to_queue(**quest, participant_id=cast.cleo.pk),
        "remove": lambda: remove_from_queue(**quest, ticket_id=ticket.pk),
        "match": lambda: match_by_hand(**quest, ticket_ids=[ticket.pk]),
    }[name]
    with pytest.raises(QuestNotFound):
        act()
    assert journaled() == []


def test_a_form_has_no_queue(cast: Cast):
    with pytest.raises(NotARoom):
        hold_queue(by=cast.ada, quest_id=make_form(cast.event).pk)
