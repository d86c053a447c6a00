from __future__ import annotations

from datetime import timedelta

import pytest

from echoroom.events.models import Event
from echoroom.events.tests.browser import browser_of
from rooms.models import AnswerSheet, Quest, Response
from rooms.quest_files import FieldSpec
from rooms.tests.questions import ANSWERS, FIELDS, answer, make_form, make_survey
from tests.cast import Cast
from tests.queries import keeps_its_promise

SENT = {
    "answer-name": "A lamp",
    "answer-story": "It was\r\nmy aunt's.",
    "answer-mood": "Mixed",
    "answer-topics": ["Water", "Streets"],
    "answer-arrival": "2026-05-01",
    "answer-guests": "2",
}


@pytest.fixture
def form(cast: Cast) -> Quest:
    return make_form(cast.event)


@pytest.fixture
def survey(cast: Cast) -> Quest:
    return make_survey(cast.event)


def page(cast: Cast, quest: Quest, query: str = "") -> str:
    return browser_of(cast.ben).get(f"/quest/{quest.pk}{query}").content.decode()


def send(cast: Cast, quest: Quest, **changes: object):
    sent = {**SENT, **{f"answer-{key}": value for key, value in changes.items()}}
    return browser_of(cast.ben).post(f"/quest/{quest.pk}/answers", sent)


class TestTheWorld:
    def test_a_card_says_what_it_takes(self, cast: Cast, form: Quest, survey: Quest):
        world = browser_of(cast.ben).get("/world").content.decode()
        for kind in ("form", "survey"):
            assert f"<span>{kind}</span><span>six questions</span><span>about 3 minutes</span>" in world
        assert "<b>answered</b>" not in world
        assert "teams of no" not in world

    def test_a_card_says_that_it_is_answered(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        assert "<b>answered</b>" in browser_of(cast.ben).get("/world").content.decode()
        assert "<b>answered</b>" not in browser_of(cast.bea).get("/world").content.decode()


class TestFillingIn:
    def test_a_form_shows_a_field_of_each_type_and_no_queue(self, cast: Cast, form: Quest):
        shown = page(cast, form)
        for sign in (
            '<input type="text" id="answer-name"', '<textarea id="answer-story"', 'type="radio" name="answer-mood"',
            'type="checkbox" name="answer-topics"', 'type="date" id="answer-arrival"', 'id="answer-guests"',
            "From 0 to 10.", "Choose as many as you like.", "As much as you like.", "data-draft=",
        ):  # fmt: skip
            assert sign in shown, sign
        assert "Find my team" not in shown
        assert "with your name" in shown

    def test_a_survey_is_honest_about_names(self, cast: Cast, survey: Quest):
        shown = page(cast, survey)
        assert "Without your name." in shown
        assert "whoever has direct access to this server’s database" in shown
        assert "Send without my name" in shown

    def test_what_was_sent_is_kept_and_thanked_for(self, cast: Cast, form: Quest):
        answered = send(cast, form)
        assert (answered.status_code, answered.headers["Location"]) == (303, f"/quest/{form.pk}")
        assert AnswerSheet.objects.get().answers == ANSWERS
        shown = page(cast, form)
        assert "You answered this. Thank you." in shown
        assert "A lamp" in shown
        assert '<dd dir="auto">Water</dd><dd dir="auto">Streets</dd>' in shown
        assert "<form" not in shown.partition("<main")[2]

    def test_a_survey_is_thanked_for_without_its_answers(self, cast: Cast, survey: Quest):
        send(cast, survey)
        shown = page(cast, survey, "?change=1")
        assert "You answered this. Thank you." in shown
        assert "A lamp" not in shown
        assert "<form" not in shown.partition("<main")[2]

    def test_a_form_can_be_changed(self, cast: Cast, form: Quest):
        send(cast, form, guests="0")
        assert ">0</dd>" in page(cast, form)
        shown = page(cast, form, "?change=1")
        assert 'value="A lamp"' in shown
        assert 'value="Mixed" checked' in shown
        assert shown.count(" checked") == 3
        assert 'value="0"' in shown
        assert send(cast, form, name="A chair").status_code == 303
        assert AnswerSheet.objects.get().answers["name"] == "A chair"

    @pytest.mark.parametrize(("typed", "kept"), [("2.5", 2.5), ("2,5", 2.5), (" 7 ", 7), ("", None)])
    def test_a_number_is_read_as_people_write_it(self, cast: Cast, form: Quest, typed: str, kept: object):
        send(cast, form, guests=typed)
        assert AnswerSheet.objects.get().answers.get("guests") == kept

    def test_what_is_wrong_stands_next_to_its_field_and_nothing_typed_is_lost(self, cast: Cast, form: Quest):
        refused = send(cast, form, name="", guests="many", topics=["Heat", "Fire"], mood="Splendid", arrival="soon")
        shown = refused.content.decode()
        assert refused.status_code == 400
        for key, sentence in (
            ("name", "This one needs an answer."),
            ("guests", "Answer with a number."),
            ("topics", "one of yours is not among them."),
            ("mood", "Choose one of the answers."),
            ("arrival", "Write a date as year-month-day"),
        ):
            assert sentence in shown.partition(f'id="answer-{key}-error">')[2].partition("</p>")[0], key
        assert shown.count('aria-invalid="true"') == 5
        assert "It was\nmy aunt&#x27;s.</textarea>" in shown
        assert 'value="many"' in shown
        assert 'value="Heat" checked' in shown
        assert not Response.objects.exists()

    def test_a_reload_after_something_was_wrong_leads_back_to_the_form(self, cast: Cast, form: Quest):
        reloaded = browser_of(cast.ben).get(f"/quest/{form.pk}/answers")
        assert (reloaded.status_code, reloaded.headers["Location"]) == (303, f"/quest/{form.pk}")

    def test_a_field_that_is_not_asked_is_named(self, cast: Cast, form: Quest):
        refused = send(cast, form, colour="red")
        assert refused.status_code == 400
        assert "questions that are not asked (any more): <bdi>colour</bdi>" in refused.content.decode()

    def test_a_long_list_folds_and_long_choices_stand_under_each_other(self, cast: Cast):
        fields = (
            FieldSpec(key="many", label="?", type="select", choices=tuple(f"Choice {n}" for n in range(9))),
            FieldSpec(key="wordy", label="?", type="select", choices=("x" * 25, "Short")),
        )
        shown = page(cast, make_form(cast.event, fields=fields))
        assert '<select id="answer-many"' in shown
        assert shown.count('class="pick-list"') == 1


class TestStates:
    @pytest.mark.parametrize("make", [make_form, make_survey])
    def test_a_closed_one_says_so(self, cast: Cast, make):
        quest = make(cast.event)
        Quest.objects.update(is_open=False)
        shown = page(cast, quest)
        assert f"This {quest.kind} is closed." in shown
        assert "<form" not in shown.partition("<main")[2]

    def test_one_of_an_event_that_is_over_is_closed(self, cast: Cast, form: Quest, clock):
        Event.objects.filter(pk=cast.event.pk).update(closes_at=cast.event.opens_at + timedelta(seconds=1))
        clock.shift(5)
        assert "This form is closed." in page(cast, form)
        refused = send(cast, form)
        assert refused.status_code == 409
        assert "This quest is closed" in refused.content.decode()

    def test_a_closed_one_that_was_answered_still_shows_the_answers(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        Quest.objects.update(is_open=False)
        shown = page(cast, form, "?change=1")
        assert "A lamp" in shown
        assert "Change my answers" not in shown
        assert f'href="/quest/{form.pk}"' in browser_of(cast.ben).get("/world").content.decode()
        assert f'href="/quest/{form.pk}"' not in browser_of(cast.bea).get("/world").content.decode()

    def test_the_questions_of_a_newer_version_do_not_change_what_was_said(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        renamed = (FieldSpec(key="name", label="A new question", type="text", max_length=200), *FIELDS[1:])
        make_form(cast.event, fields=renamed)
        assert "What do you bring?" in page(cast, form)
        assert "A new question" not in page(cast, form)
        assert "A new question" in page(cast, form, "?change=1")

    def test_a_room_takes_no_answers(self, cast: Cast):
        refused = send(cast, cast.quest)
        assert refused.status_code == 409
        assert "This quest is played in a room" in refused.content.decode()

    def test_a_form_has_no_queue(self, cast: Cast, form: Quest):
        refused = browser_of(cast.ben).post("/spin", {"quest": form.pk})
        assert refused.status_code == 409
        assert "No team plays this quest" in refused.content.decode()

    def test_somebody_without_a_profile_fills_it_in_first(self, cast: Cast, form: Quest):
        type(cast.ben).objects.update(consented_at=None)
        assert send(cast, form).headers["Location"].startswith("/profile")
        assert not Response.objects.exists()


def test_a_form_promises_four_statements(cast: Cast, form: Quest):
    browser = browser_of(cast.ben)
    browser.get(f"/quest/{form.pk}")
    # Person, quest with its card, quest, response.
    keeps_its_promise("GET /quest/{id} of a form", 4, lambda: browser.get(f"/quest/{form.pk}"))
    answer(cast.ben, form)
    keeps_its_promise("GET /quest/{id} of an answered form", 4, lambda: browser.get(f"/quest/{form.pk}"))


HOSTILE = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 }}"


@pytest.mark.parametrize("query", ["", "?change=1"])
def test_hostile_answers_stay_text(cast: Cast, form: Quest, query: str):
    send(cast, form, name=HOSTILE, story=HOSTILE)
    shown = page(cast, form, query)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_hostile_answers_that_are_refused_stay_text(cast: Cast, form: Quest):
    shown = send(
        cast, form, **dict.fromkeys(("name", "story", "mood", "topics", "arrival", "guests", HOSTILE), HOSTILE)
    )
    assert shown.status_code == 400
    assert "<script>alert" not in shown.content.decode()


def test_hostile_questions_stay_text(cast: Cast):
    fields = tuple(
        FieldSpec(key=f"f{n}", label=HOSTILE, help=HOSTILE, type=kind, choices=choices, max_length=length)
        for n, (kind, choices, length) in enumerate(
            [
                ("text", (), 9), ("long_text", (), 9), ("select", (HOSTILE, "b"), None), ("number", (), None),
                ("several", (HOSTILE, "b"), None), ("date", (), None), ("select", (HOSTILE, *"bcdefghi"), None),
            ]
        )
    )  # fmt: skip
    shown = page(cast, make_form(cast.event, title=HOSTILE, summary=HOSTILE, fields=fields))
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
