"""Forms and surveys under many answers at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from echoroom.events.tests.factories import EventFactory
from rooms.models import AnswerSheet, Quest, Response
from rooms.services.quests import set_quest_open
from rooms.tests.questions import ANSWERS, make_form, make_survey
from tests.cast import ApiClient, make_cast
from tests.races.crowds import client_of, crowd
from tests.races.together import outcome, together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def post(client: ApiClient, quest: Quest, **changes: object) -> Callable[[], Any]:
    return lambda: client.send("POST", f"/api/quests/{quest.pk}/response", {"answers": {**ANSWERS, **changes}})


@pytest.mark.parametrize("make", [make_form, make_survey])
def test_twenty_equal_requests_of_one_person_make_one_answer(make: Callable[..., Quest]):
    event = EventFactory.create()
    quest, (person,) = make(event), crowd(event, 1)
    client = client_of(person)
    assert Counter(map(outcome, together([post(client, quest)] * 20))) == {"ok": 20}
    assert Response.objects.count() == AnswerSheet.objects.count() == 1


def test_of_different_answers_to_a_survey_the_first_one_stands():
    event = EventFactory.create()
    quest, (person,) = make_survey(event), crowd(event, 1)
    client = client_of(person)
    said = together([post(client, quest, name=f"Lamp {number}") for number in range(10)])
    assert Counter(map(outcome, said)) == {"ok": 1, "survey_answered": 9}
    assert AnswerSheet.objects.count() == 1


def test_forty_people_fill_groups_of_five():
    event = EventFactory.create()
    quest, people = make_survey(event), crowd(event, 42)
    assert Counter(map(outcome, together([post(client_of(person), quest) for person in people]))) == {"ok": 42}
    assert Counter(Counter(AnswerSheet.objects.values_list("group", flat=True)).values()) == {5: 8, 2: 1}
    assert AnswerSheet.objects.shown().count() == 40


def test_nobody_answers_after_it_was_closed():
    cast = make_cast()
    quest, people = make_form(cast.event), crowd(cast.event, 20)

    def close() -> None:
        set_quest_open(by=cast.ada, quest_id=quest.pk, is_open=False)

    jobs: list[Callable[[], Any]] = [post(client_of(person), quest) for person in people]
    answers = [each for each in together([*jobs[:10], close, *jobs[10:]]) if each is not None]
    told = Counter(map(outcome, answers))
    assert set(told) <= {"ok", "quest_closed"}
    assert Response.objects.count() == AnswerSheet.objects.count() == told["ok"]
