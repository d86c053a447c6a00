"""An organiser's hand and the matcher at the same moment, and two organisers at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Event as Moment

import pytest
from django.db import connection, transaction

from echoroom.accounts.models import User
from echoroom.accounts.tests.factories import StaffFactory
from echoroom.events.models import EventOrganiser, Participant
from echoroom.events.services.seats import seat_of
from echoroom.refusals import Refusal
from matching.models import Queue, QueueReport, ReportSending, Ticket
from matching.services import report_sending
from matching.services.queue_control import hold_queue, release_queue, set_team_size
from matching.services.queue_people import add_to_queue, match_by_hand, remove_from_queue
from matching.services.queueing import join_queue, lock_queue
from matching.services.report_sending import send_what_is_due
from matching.services.reporting import issue_due_reports
from matching.services.swapping import swap_people
from matching.services.ticking import tick
from rooms.models import Membership, Quest, Room
from rooms.services.seating import start_room
from rooms.tests.factories import make_quest, make_room
from tests.races.crowds import crowd
from tests.races.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture
def quest() -> Quest:
    return make_quest(decisions=1)


@pytest.fixture
def ada(quest: Quest) -> User:
    user = StaffFactory.create(name="Ada", email="ada@example.org")
    EventOrganiser.objects.create(event=quest.event, user=user)
    return user


def waiting(quest: Quest, size: int) -> list[Ticket]:
    return [join_queue(by=seat_of(person), quest_id=quest.pk) for person in crowd(quest.event, size)]


def tried(act: Callable[[], object]) -> Callable[[], str]:
    """`ok`, or the code of the refusal."""

    def run() -> str:
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        return "ok"

    return run


def everybody_sits_once() -> None:
    seats = Counter(Membership.objects.filter(is_playing=True).values_list("participant", flat=True))
    assert set(seats.values()) <= {1}
    for ticket in Ticket.objects.filter(state=Ticket.State.MATCHED):
        assert ticket.room_id
        assert Membership.objects.filter(room=ticket.room_id, participant=ticket.participant_id).exists()
    assert not Ticket.objects.waiting().filter(participant__memberships__is_playing=True).exists()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_nobody_is_matched_twice_by_hand_and_by_the_clock(quest: Quest, ada: User, _round: int):
    ids = [ticket.pk for ticket in waiting(quest, 6)]
    by_hand = [tried(partial(match_by_hand, by=ada, quest_id=quest.pk, ticket_ids=few)) for few in (ids[:3], ids[2:5])]
    answers = together([*by_hand, *by_hand, tried(tick), tried(tick)])
    assert set(answers) <= {"ok", "ticket_over"}, answers
    everybody_sits_once()


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_who_is_removed_while_the_clock_matches_is_one_or_the_other(quest: Quest, ada: User, _round: int):
    tickets = waiting(quest, 3)
    removing = [tried(partial(remove_from_queue, by=ada, quest_id=quest.pk, ticket_id=ticket.pk)) for ticket in tickets]
    answers = together([*removing, tried(tick)])
    assert set(answers) <= {"ok", "ticket_over"}, answers
    everybody_sits_once()


def test_somebody_who_is_added_by_four_at_once_waits_once(quest: Quest, ada: User):
    (person,) = crowd(quest.event, 1)
    add = tried(lambda: add_to_queue(by=ada, quest_id=quest.pk, participant_id=person.pk))
    answers = together([add] * 4)
    assert set(answers) == {"ok"}
    assert Ticket.objects.waiting().count() == 1


def test_holding_and_releasing_at_once_leaves_the_queue_one_or_the_other(quest: Quest, ada: User):
    acts = [tried(partial(verb, by=ada, quest_id=quest.pk)) for verb in (hold_queue, release_queue) * 4]
    assert set(together(acts)) == {"ok"}
    # Each change was counted once.
    queue = Queue.objects.get()
    assert (queue.held_at is not None) == (queue.version % 2 == 1)


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_swaps_and_a_start_leave_everybody_on_one_seat(quest: Quest, ada: User, _round: int):
    people = crowd(quest.event, 6)
    rooms = [make_room(quest, people[:3]), make_room(quest, people[3:])]
    seats = {person.pk: Membership.objects.get(participant=person, is_playing=True).pk for person in people}

    def swap(one: Participant, other: Participant) -> Callable[[], str]:
        pair = [seats[one.pk], seats[other.pk]]
        return tried(lambda: swap_people(by=ada, quest_id=quest.pk, membership_ids=pair))

    start = tried(lambda: start_room(by=seat_of(people[1]), room_code=rooms[0].code))
    answers = together([swap(people[0], people[3]), swap(people[4], people[2]), swap(people[3], people[0]), start])
    assert set(answers) <= {"ok", "not_in_the_room", "room_started"}, answers
    assert answers[3] == "ok"
    for room in Room.objects.all():
        assert room.memberships.filter(left_at=None).count() == 3
    everybody_sits_once()


def test_two_sizes_at_once_are_two_versions(quest: Quest, ada: User):
    acts = [tried(partial(set_team_size, by=ada, quest_id=quest.pk, size=size)) for size in (2, 3, 2, 3)]
    assert set(together(acts)) == {"ok"}
    numbers = list(quest.versions.values_list("number", flat=True))
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def somebody_waits_for_a_lock() -> None:
    """Returns once another connection of this database does."""
    ask = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(100_000):
        with connection.cursor() as cursor:
            cursor.execute(ask)
            if cursor.fetchone() != (0,):
                return
    raise AssertionError("nobody waits")


def test_a_tick_seats_while_the_size_is_changed(quest: Quest, ada: User):
    """The new rooms refer to the event whose row the change holds while it waits for the queue."""
    waiting(quest, 3)
    is_ticking = Moment()

    def ticks() -> str:
        with transaction.atomic():
            lock_queue(quest_id=quest.pk)
            is_ticking.set()
            somebody_waits_for_a_lock()
            tick()
        return "ok"

    def changes() -> str:
        assert is_ticking.wait(timeout=30)
        set_team_size(by=ada, quest_id=quest.pk, size=2)
        return "ok"

    assert together([ticks, changes]) == ["ok", "ok"]
    assert Room.objects.get().memberships.count() == 3
    quest.refresh_from_db()
    assert quest.current is not None
    assert quest.current.team_size == 2


def test_ten_clocks_send_a_report_once(quest: Quest, ada: User, monkeypatch: pytest.MonkeyPatch):
    sent: list[str] = []
    monkeypatch.setattr(report_sending, "post", lambda url, body, headers: sent.append(headers["webhook-id"]))
    report = QueueReport.objects.create(
        event=quest.event,
        webhook_url="https://hooks.example.org",
        webhook_secret="whsec_AAAA",
        due_at=quest.event.opens_at,
    )
    together([tried(lambda: (issue_due_reports(), send_what_is_due())) for _ in range(10)])
    send_what_is_due()
    assert len(sent) == 1
    assert ReportSending.objects.get().report == report
