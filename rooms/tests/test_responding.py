"""A form or a survey is answered once, by the rules of its version, while it is open."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache

from echoroom.audit.models import AuditEntry
from echoroom.events.errors import ProfileIncomplete
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from rooms.domain_events import QuestAnswered
from rooms.errors import AnswersInvalid, NotAForm, QuestClosed, QuestNotFound, SurveyAnswered
from rooms.models import AnswerSheet, Quest, Region, Response
from rooms.quest_files import FieldSpec
from rooms.services.responding import REPEATABLE_FOR, respond
from rooms.tests.questions import ANSWERS, FIELDS, answer, make_form, make_survey
from tests.cast import Cast


@pytest.fixture
def form(cast: Cast) -> Quest:
    return make_form(cast.event)


@pytest.fixture
def survey(cast: Cast) -> Quest:
    return make_survey(cast.event)


def wrong(form: Quest, person: Participant, **changes: object) -> dict[str, list[str]]:
    """The sentences by field; nothing may have been written."""
    with pytest.raises(AnswersInvalid) as refused:
        answer(person, form, **changes)
    assert not Response.objects.exists()
    assert not AnswerSheet.objects.exists()
    return refused.value.errors


class TestAForm:
    def test_keeps_what_was_said_with_the_person_and_the_version(self, cast: Cast, form: Quest):
        mine = answer(cast.ben, form)
        sheet = AnswerSheet.objects.get()
        assert mine.answers == sheet.answers == ANSWERS
        assert sheet.response is not None
        assert (sheet.response.participant, sheet.version) == (cast.ben, form.current)

    def test_the_same_answers_again_are_the_same_success(self, cast: Cast, form: Quest):
        assert answer(cast.ben, form) == answer(cast.ben, form)
        assert Response.objects.count() == AnswerSheet.objects.count() == 1
        assert AuditEntry.objects.filter(action__startswith="quest.answer").count() == 1

    def test_the_same_answers_again_are_a_success_after_it_closed(self, cast: Cast, form: Quest):
        first = answer(cast.ben, form)
        Quest.objects.update(is_open=False)
        assert answer(cast.ben, form) == first

    def test_other_answers_replace_the_first(self, cast: Cast, form: Quest, clock: time_machine.Traveller):
        first = answer(cast.ben, form)
        clock.shift(60)
        second = answer(cast.ben, form, name="A chair")
        assert AnswerSheet.objects.get().answers == second.answers == {**ANSWERS, "name": "A chair"}
        assert second.answered_at == first.answered_at
        assert second.changed_at
        assert second.changed_at - first.answered_at == timedelta(seconds=60)  # type: ignore[operator]

    def test_other_answers_are_refused_once_it_is_closed(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        Quest.objects.update(is_open=False)
        with pytest.raises(QuestClosed):
            answer(cast.ben, form, name="A chair")
        assert AnswerSheet.objects.get().answers == ANSWERS

    def test_wrong_answers_change_nothing(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        with pytest.raises(AnswersInvalid):
            answer(cast.ben, form, mood="Splendid")
        assert AnswerSheet.objects.get().answers == ANSWERS

    def test_an_answer_belongs_to_the_version_it_was_given_to(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        newer = make_form(cast.event, fields=(*FIELDS, FieldSpec(key="size", label="How large?", type="number")))
        assert AnswerSheet.objects.get().version.number == 1
        assert answer(cast.ben, form).version == 1, "the same again stays with its version"
        assert answer(cast.ben, form, size=3).version == 2
        assert AnswerSheet.objects.get().version == newer.current

    def test_two_people_answer_each_for_themselves(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        answer(cast.bea, form)
        assert Response.objects.count() == AnswerSheet.objects.count() == 2


class TestASurvey:
    def test_keeps_that_somebody_answered_apart_from_what(self, cast: Cast, survey: Quest):
        mine = answer(cast.ben, survey)
        sheet = AnswerSheet.objects.get()
        assert (sheet.response, sheet.answers) == (None, ANSWERS)
        assert (mine.answered, mine.answers, mine.version) == (True, None, None)
        assert Response.objects.get().participant == cast.ben

    def test_a_sheet_has_no_time_no_person_and_no_order(self, cast: Cast):
        columns = {field.name for field in AnswerSheet._meta.get_fields()}
        assert columns == {"id", "version", "response", "group", "answers"}
        assert AnswerSheet._meta.ordering == Response._meta.ordering == ["id"]
        assert uuid4().version == AnswerSheet().pk.version == 4

    def test_the_same_answers_again_are_the_same_success(self, cast: Cast, survey: Quest):
        assert answer(cast.ben, survey) == answer(cast.ben, survey)
        assert Response.objects.count() == AnswerSheet.objects.count() == 1

    def test_other_answers_are_refused_by_name(self, cast: Cast, survey: Quest):
        answer(cast.ben, survey)
        with pytest.raises(SurveyAnswered):
            answer(cast.ben, survey, name="A chair")
        with pytest.raises(SurveyAnswered):
            answer(cast.ben, survey, name=None)
        assert AnswerSheet.objects.get().answers == ANSWERS

    def test_what_was_sent_is_forgotten_after_a_while(self, cast: Cast, survey: Quest):
        with patch("rooms.services.responding.cache.set", wraps=cache.set) as kept:
            answer(cast.ben, survey)
        assert kept.call_args.args[2] == REPEATABLE_FOR
        assert "A lamp" not in str(kept.call_args)
        cache.clear()
        with pytest.raises(SurveyAnswered):
            answer(cast.ben, survey)

    def test_sheets_fill_groups_of_five(self, cast: Cast, survey: Quest):
        for person in (cast.ben, cast.bea, cast.bob, cast.cleo):
            answer(person, survey)
        assert not AnswerSheet.objects.shown().exists()
        answer(_newcomer(cast.event), survey)
        assert AnswerSheet.objects.shown().count() == 5
        answer(_newcomer(cast.event), survey)
        assert AnswerSheet.objects.shown().count() == 5, "a sixth sheet alone would be the sixth person's"

    def test_a_new_version_begins_a_group_of_its_own(self, cast: Cast, survey: Quest):
        for person in (cast.ben, cast.bea, cast.bob, cast.cleo):
            answer(person, survey)
        make_survey(cast.event)
        answer(_newcomer(cast.event), survey)
        assert not AnswerSheet.objects.shown().exists()

    def test_a_bots_sheet_is_not_kept(self, cast: Cast, survey: Quest):
        bot = _newcomer(cast.event, is_bot=True)
        assert answer(bot, survey).answered
        assert not AnswerSheet.objects.exists()


def _newcomer(event: Event, **fields: object) -> Participant:
    from echoroom.events.tests.factories import ParticipantFactory

    return ParticipantFactory.create(event=event, **fields)


class TestWhatIsAsked:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"name": None}, {"name": ["This one needs an answer."]}),
            ({"name": "  \u200b "}, {"name": ["This one needs an answer."]}),
            ({"name": 7}, {"name": ["Answer with a text."]}),
            ({"name": ["A lamp"]}, {"name": ["Answer with a text."]}),
            ({"name": "x" * 201}, {"name": ["Keep it within 200 characters; it has 201."]}),
            ({"name": "one\ntwo"}, {"name": ["Write it on one line."]}),
            ({"name": "one\rtwo"}, {"name": ["Write it on one line."]}),
            ({"name": "a\0b"}, {"name": ["It holds a character that is no text."]}),
            ({"story": "x" * 2001}, {"story": ["Keep it within 2,000 characters; it has 2,001."]}),
            ({"story": {"a": 1}}, {"story": ["Answer with a text."]}),
            ({"mood": "good"}, {"mood": ["Choose one of the answers."]}),
            ({"mood": ["Good"]}, {"mood": ["Choose one of the answers."]}),
            ({"mood": True}, {"mood": ["Choose one of the answers."]}),
            ({"topics": "Water"}, {"topics": ["Choose from the answers."]}),
            ({"topics": ["Water", 1]}, {"topics": ["Choose from the answers."]}),
            ({"topics": ["Water", "Fire"]}, {"topics": ["Choose from the answers; one of yours is not among them."]}),
            ({"topics": ["Water", "Water"]}, {"topics": ["Choose each answer once."]}),
            ({"arrival": "tomorrow"}, {"arrival": ["Write a date as year-month-day, for example 2026-05-01."]}),
            ({"arrival": "20260501"}, {"arrival": ["Write a date as year-month-day, for example 2026-05-01."]}),
            ({"arrival": "2026-W18-5"}, {"arrival": ["Write a date as year-month-day, for example 2026-05-01."]}),
            ({"arrival": "２０２６-05-01"}, {"arrival": ["Write a date as year-month-day, for example 2026-05-01."]}),
            ({"arrival": "2026-02-30"}, {"arrival": ["The calendar has no such day."]}),
            ({"guests": "2"}, {"guests": ["Answer with a number."]}),
            ({"guests": True}, {"guests": ["Answer with a number."]}),
            ({"guests": float("nan")}, {"guests": ["Answer with a number."]}),
            ({"guests": float("inf")}, {"guests": ["Answer with a number."]}),
            ({"guests": 10**30}, {"guests": ["Answer with a number."]}),
            ({"guests": -1}, {"guests": ["Choose a number from 0 to 10."]}),
            ({"guests": 10.5}, {"guests": ["Choose a number from 0 to 10."]}),
            ({"colour": "red"}, {"colour": ["This form asks no such question."]}),
        ],
    )
    def test_what_is_wrong_is_said_of_its_field_and_nothing_is_written(self, cast: Cast, form: Quest, changes, said):
        assert wrong(form, cast.ben, **changes) == said

    def test_all_that_is_wrong_is_said_at_once(self, cast: Cast, form: Quest):
        assert set(wrong(form, cast.ben, name="", mood="?", guests=99, colour="red", __class__=1)) == {
            "name", "mood", "guests", "colour", "__class__",
        }  # fmt: skip

    def test_of_many_foreign_fields_some_are_named(self, cast: Cast, form: Quest):
        said = wrong(form, cast.ben, **{f"x{number}" * 30: 1 for number in range(500)})
        assert len(said) <= 20
        assert max(map(len, said)) <= 64

    @pytest.mark.parametrize(
        ("changes", "kept"),
        [
            ({"name": "  A lamp "}, {"name": "A lamp"}),
            ({"name": "x" * 200}, {"name": "x" * 200}),
            ({"story": "one\r\ntwo"}, {"story": "one\ntwo"}),
            ({"story": "x" * 2000}, {"story": "x" * 2000}),
            ({"topics": ["Streets", "Water"]}, {"topics": ["Water", "Streets"]}),
            ({"guests": 0}, {"guests": 0}),
            ({"guests": 10.0}, {"guests": 10}),
            ({"guests": 2.5}, {"guests": 2.5}),
            ({"arrival": "2028-02-29"}, {"arrival": "2028-02-29"}),
        ],
    )
    def test_what_is_right_is_kept(self, cast: Cast, form: Quest, changes, kept):
        assert answer(cast.ben, form, **changes).answers == {**ANSWERS, **kept}

    @pytest.mark.parametrize("empty", [None, "", " ", []])
    def test_what_is_not_required_may_be_left_empty(self, cast: Cast, form: Quest, empty):
        optional = {field.key: empty for field in FIELDS if not field.required}
        mine = respond(by=seat_of(cast.ben), quest_id=form.pk, answers={"name": "A lamp", **optional})
        assert mine.answers == {"name": "A lamp"}

    def test_a_required_choice_of_none_is_none(self, cast: Cast):
        field = FieldSpec(key="topics", label="?", type="several", choices=("A", "B"), required=True)
        form = make_form(cast.event, fields=(field,))
        with pytest.raises(AnswersInvalid):
            respond(by=seat_of(cast.ben), quest_id=form.pk, answers={"topics": []})


class TestWhoMayAnswer:
    @pytest.mark.parametrize("closed", ["quest", "region", "event", "event not open yet"])
    def test_nobody_what_is_closed(self, cast: Cast, form: Quest, closed: str, clock: time_machine.Traveller):
        if closed == "quest":
            Quest.objects.update(is_open=False)
        elif closed == "region":
            Region.objects.update(is_open=False)
        elif closed == "event":
            Event.objects.filter(pk=cast.event.pk).update(closes_at=cast.event.opens_at + timedelta(seconds=1))
            clock.shift(5)
        else:
            Event.objects.filter(pk=cast.event.pk).update(opens_at=cast.event.opens_at + timedelta(days=1))
        with pytest.raises(QuestClosed):
            answer(cast.ben, form)
        assert not Response.objects.exists()

    def test_nobody_without_a_profile(self, cast: Cast, form: Quest):
        Participant.objects.filter(pk=cast.ben.pk).update(consented_at=None)
        with pytest.raises(ProfileIncomplete):
            answer(cast.ben, form)

    def test_nobody_of_another_event(self, cast: Cast):
        with pytest.raises(QuestNotFound):
            answer(cast.ben, make_form(Event.objects.get(name="Elsewhere")))
        with pytest.raises(QuestNotFound):
            respond(by=seat_of(cast.ben), quest_id=uuid4(), answers={})

    def test_nobody_a_decision_room(self, cast: Cast):
        with pytest.raises(NotAForm):
            answer(cast.ben, cast.quest)


@pytest.mark.parametrize("make", [make_form, make_survey])
def test_the_first_answer_is_news_and_the_journal_holds_ids_only(cast: Cast, make):
    quest = make(cast.event)
    with patch("rooms.services.responding.publish") as published:
        answer(cast.ben, quest)
        answer(cast.ben, quest)
        if quest.kind == Quest.Kind.FORM:
            answer(cast.ben, quest, name="A chair")
    assert [call.args for call in published.call_args_list] == [
        (QuestAnswered(quest_id=quest.pk, participant_id=cast.ben.pk),)
    ]
    entry = AuditEntry.objects.get(action="quest.answered")
    assert (entry.actor_id, entry.target_id, entry.ids) == (cast.ben.pk, str(quest.pk), {})
