"""What answering forms and surveys earns: they are completed quests, and no rooms."""

from __future__ import annotations

import pytest

from badges.models import Award
from badges.tests.playing import badges_of, finished
from echoroom.events.models import Participant
from echoroom.outbox.testing import deliver_all
from rooms.models import Quest
from rooms.tests.factories import make_quest
from rooms.tests.questions import answer, make_form, make_survey
from tests.cast import Cast

MAKERS = {"form": make_form, "survey": make_survey}
# By being there from the beginning, which is no matter of any quest.
UNRELATED = {"early_bird"}


def answered(person: Participant, quests: list[Quest]) -> None:
    for quest in quests:
        answer(person, quest)
    deliver_all()


def forms_and_surveys(cast: Cast, count: int) -> list[Quest]:
    """By turns a form and a survey."""
    return [(make_survey if n % 2 else make_form)(cast.event, slug=f"answered-{n}") for n in range(count)]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_first_answered_quest_is_a_first_step(cast, kind):
    quest = MAKERS[kind](cast.event)
    assert badges_of(cast.ben) == set()
    answered(cast.ben, [quest])
    assert badges_of(cast.ben) == {"first_steps", *UNRELATED}
    assert badges_of(cast.bea) == set()


def test_answering_again_is_no_second_quest(cast):
    quests = forms_and_surveys(cast, 4)
    answered(cast.ben, quests)
    answered(cast.ben, quests[:1])
    assert "quest_master" not in badges_of(cast.ben)


def test_the_fifth_answered_quest_makes_a_master_and_the_fourth_does_not(cast):
    *four, fifth = forms_and_surveys(cast, 5)
    answered(cast.ben, four)
    assert badges_of(cast.ben) == {"first_steps", *UNRELATED}
    answered(cast.ben, [fifth])
    assert badges_of(cast.ben) == {"first_steps", "quest_master", *UNRELATED}
    assert Award.objects.get(participant=cast.ben, badge="quest_master").room is None


@pytest.mark.parametrize("last", ["room", "survey"])
def test_rooms_and_answers_add_up_whichever_comes_last(cast, last):
    *answers, survey = forms_and_surveys(cast, 4)
    answered(cast.ben, answers)
    room = make_quest(event=cast.event, slug="played", decisions=1)
    steps = [lambda: finished(room, cast.team, "AAB"), lambda: answered(cast.ben, [survey])]
    first, second = steps if last == "survey" else reversed(steps)
    first()
    deliver_all()
    assert "quest_master" not in badges_of(cast.ben)
    second()
    deliver_all()
    assert "quest_master" in badges_of(cast.ben)


def test_answers_of_several_people_make_them_no_team(cast):
    everybody = [*cast.team, cast.cleo]
    for person, country in zip(everybody, ("DE", "FR", "JP", "BR"), strict=True):
        Participant.objects.filter(pk=person.pk).update(country=country)
    long = "x" * 60
    for quest in forms_and_surveys(cast, 5):
        for person in everybody:
            answer(person, quest, story=long)
    deliver_all()
    assert [badges_of(person) for person in everybody] == [{"first_steps", "quest_master", *UNRELATED}] * 4


def test_a_bots_answers_earn_nothing(cast):
    Participant.objects.filter(pk=cast.bob.pk).update(is_bot=True)
    answered(cast.bob, forms_and_surveys(cast, 5))
    assert badges_of(cast.bob) == set()
