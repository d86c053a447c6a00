"""Practice bots under real threads: asked for by many at once, and looked after by several workers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from matching.errors import PracticeFull
from matching.models import PracticeRoom, Ticket
from matching.services.practice import MOST_PLAYING, request_practice
from matching.services.practising import let_bots_act
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from rooms.models import Membership, Quest, Room, Vote
from rooms.services.seating import start_room
from rooms.tests.factories import make_quest
from tests.races.crowds import crowd
from tests.races.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quest() -> Quest:
    quest = make_quest(decisions=1)
    Event.objects.filter(pk=quest.event_id).update(is_test=True)
    return quest


def waiting(quest: Quest, size: int) -> list[Participant]:
    people = crowd(quest.event, size)
    for person in people:
        join_queue(by=seat_of(person), quest_id=quest.pk)
    return people


def asks(person: Participant) -> str:
    try:
        return request_practice(by=seat_of(person)).room
    except PracticeFull:
        return "full"


def test_one_person_asking_ten_times_at_once_gets_one_room(quest: Quest):
    (person,) = waiting(quest, 1)
    rooms = together([lambda: asks(person)] * 10)
    assert len(set(rooms)) == 1
    assert Participant.objects.filter(is_bot=True).count() == 2


def test_twenty_people_asking_at_once_share_no_bot_and_take_no_bot_too_many(quest: Quest):
    # In a queue each: nothing but the event itself is common to them.
    quests = [make_quest(event=quest.event, slug=f"quest-{number}", decisions=1) for number in range(20)]
    people = [person for each in quests for person in waiting(each, 1)]
    answers = Counter(together([lambda person=person: asks(person) for person in people]))  # type: ignore[misc]
    assert answers.pop("full") == 5
    assert set(answers.values()) == {1}
    assert Membership.objects.filter(participant__is_bot=True, is_playing=True).count() == MOST_PLAYING
    assert Ticket.objects.waiting().count() == 5


def test_a_matcher_at_the_same_time_seats_nobody_twice(quest: Quest):
    people = waiting(quest, 3)
    together([lambda: asks(people[0]), lambda: str(tick()), lambda: asks(people[1]), lambda: str(tick())])
    playing = Membership.objects.filter(is_playing=True, participant__in=people)
    assert playing.count() == playing.values("participant").distinct().count()
    assert not Ticket.objects.waiting().filter(participant__memberships__is_playing=True).exists()


def test_four_workers_looking_at_once_make_each_move_once(quest: Quest):
    people = waiting(quest, 4)
    for person in people:
        start_room(by=seat_of(person), room_code=asks(person))
    # The bots have had their time to think.
    Room.objects.update(due_at=timezone.now() + timedelta(seconds=250))
    assert sum(together([let_bots_act] * 4)) == 8
    assert Vote.objects.count() == 8
    assert PracticeRoom.objects.filter(look_at__lte=timezone.now()).count() == 4
