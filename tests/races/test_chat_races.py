"""A team that talks all at once, on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from echoroom.events.models import Participant
from rooms.models import Chat, Message, Quest, ReadMark, Room, Vote
from rooms.tests.factories import make_quest
from rooms.tests.moves import vote, write
from tests.races.crowds import begin_all, client_of, crowd, rooms_of
from tests.races.test_races import post
from tests.races.together import outcome, together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# Far more than either takes: who waits longer waits for a lock that they should not need.
PATIENCE = "5s"


@pytest.fixture
def people() -> list[Participant]:
    return crowd(make_quest(decisions=1, team_size=5, team_max=5).event, 5)


@pytest.fixture
def room(people: list[Participant]) -> Room:
    (room,) = rooms_of(Quest.objects.get(), people, size=5)
    begin_all([room])
    return room


def test_twenty_messages_at_once_have_twenty_numbers_without_a_hole(people: list[Participant], room: Room):
    clients = [client_of(person) for person in people]
    path = f"/api/rooms/{room.code}/messages"
    answers = together([post(clients[n % 5], path, {"text": f"Message {n}."}) for n in range(20)])
    assert Counter(map(outcome, answers)) == {"ok": 20}
    assert sorted(answer.json()["number"] for answer in answers) == list(range(1, 21))
    assert sorted(Message.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert len(set(Message.objects.values_list("text", flat=True))) == 20
    assert Chat.objects.values_list("last_number", "version").get() == (20, 20)


def test_one_message_sent_twenty_times_under_its_key_is_written_once(people: list[Participant], room: Room):
    client, path = client_of(people[0]), f"/api/rooms/{room.code}/messages"
    answers = together([post(client, path, {"text": "Hello.", "key": "once"}) for _ in range(20)])
    assert Counter(map(outcome, answers)) == {"ok": 20}
    assert len({answer.content for answer in answers}) == 1
    assert (Message.objects.count(), Chat.objects.get().last_number) == (1, 1)


def test_marks_set_at_once_never_move_back(people: list[Participant], room: Room):
    for _ in range(20):
        write(people[0], room)
    client, path = client_of(people[1]), f"/api/rooms/{room.code}/read"
    answers = together([post(client, path, {"number": number}) for number in (*range(1, 21), *range(20, 0, -1))])
    assert Counter(map(outcome, answers)) == {"ok": 40}
    assert ReadMark.objects.get().number == 20


def in_another_thread(act: Callable[[], object]) -> None:
    def and_hang_up() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(and_hang_up).result()


def test_a_message_does_not_wait_for_a_vote(people: list[Participant], room: Room):
    write(people[0], room)
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=room.pk)
        in_another_thread(lambda: write(people[1], room))
    assert Message.objects.count() == 2


def test_a_vote_does_not_wait_for_a_message(people: list[Participant], room: Room):
    write(people[0], room)
    with transaction.atomic():
        write(people[0], room)
        in_another_thread(lambda: vote(people[1], room))
    assert (Message.objects.count(), Vote.objects.count()) == (2, 1)
