"""Real threads, real commits, PostgreSQL: many workers look at the same room and people at once."""

from __future__ import annotations

import pytest

from badges.models import Award
from badges.selectors.showing import news_for
from badges.services.awarding import check_participant, check_room
from badges.services.telling import mark_seen
from badges.tests.playing import finished
from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from rooms.services.decision_maps import make_decision_map
from rooms.tests.factories import make_quest
from tests.cast import Cast, make_cast
from tests.races.together import together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast() -> Cast:
    return make_cast(decisions=2)


def told(person: Participant) -> int:
    """How often the person was told of something."""
    return Participant.objects.get(pk=person.pk).version


def test_twenty_workers_on_one_room_give_each_badge_once_and_tell_once(cast):
    room = finished(cast.quest, cast.team, "AAA", "AAA")
    make_decision_map(room_id=room.pk)
    made = together([lambda: check_room(room_id=room.pk)] * 20)
    given = [(award.participant_id, award.badge) for awards in made for award in awards]
    assert len(given) == len(set(given)) == Award.objects.count() > 0
    assert [told(person) for person in cast.team] == [1, 1, 1]
    assert AuditEntry.objects.filter(action="badge.awarded").count() == 1


def test_workers_on_different_rooms_of_the_same_people_neither_stop_nor_repeat_each_other(cast):
    """Each of the rooms would give the same first badges: the people meet in all of them."""
    rooms = []
    for number in range(6):
        quest = make_quest(event=cast.event, slug=f"quest-{number}", decisions=1)
        people = cast.team[number % 3 :] + cast.team[: number % 3]
        rooms.append(finished(quest, people, "AAA"))
    jobs = [lambda room=room: check_room(room_id=room.pk) for room in rooms] * 5
    jobs += [lambda person=person: check_participant(participant_id=person.pk) for person in cast.team] * 5
    given = [(award.participant_id, award.badge) for awards in together(jobs) for award in awards]
    assert len(given) == len(set(given)) == Award.objects.count()
    assert Award.objects.filter(badge="quest_master").count() == 3


def test_pages_that_say_at_once_what_they_have_shown_mark_it_once(cast):
    room = finished(cast.quest, cast.team, "AAA", "AAA")
    check_room(room_id=room.pk)
    badges = [badge.key for badge in news_for(viewer=cast.viewer(cast.ben))]
    marked = together([lambda: mark_seen(by=cast.viewer(cast.ben), badges=badges)] * 20)
    assert sum(marked) == Award.objects.filter(participant=cast.ben).count()
    assert news_for(viewer=cast.viewer(cast.ben)) == []
