"""What organisers see and take away of forms and surveys, and what nobody does."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.console import console_of, list_path, rows_of
from echoroom.events.tests.factories import ParticipantFactory
from rooms.models import AnswerSheet, Quest, Response
from rooms.quest_files import FieldSpec
from rooms.selectors.results import answers_to, results_of
from rooms.services.responding import respond
from rooms.tests.questions import FIELDS, answer, crowd_answers, make_form, make_survey
from tests.cast import Cast

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def console(cast: Cast) -> Client:
    return console_of(cast.ada)


@pytest.fixture
def form(cast: Cast) -> Quest:
    return make_form(cast.event)


@pytest.fixture
def survey(cast: Cast) -> Quest:
    return make_survey(cast.event)


def path(quest: Quest, page: str = "change") -> str:
    return reverse("admin:rooms_quest_change", args=[quest.pk]).replace("/change/", f"/{page}/")


def page(console: Client, quest: Quest) -> str:
    return console.get(path(quest)).content.decode()


def table(console: Client, quest: Quest) -> list[list[str]]:
    content = console.get(path(quest, "answers-csv")).content
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def document(console: Client, quest: Quest) -> Any:
    return json.loads(console.get(path(quest, "answers-json")).content)


class TestTheTable:
    def test_a_form_has_a_row_with_the_name_of_each_person(self, cast: Cast, form: Quest, console: Client):
        answer(cast.cleo, form, name="A chair", topics=None, guests=None)
        answer(cast.ben, form)
        head, ben, cleo = table(console, form)
        assert head == ["Version", "Name", "Answered", *(field.label for field in FIELDS)]
        assert ben[:2] == ["1", "Ben"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", ben[2])
        assert ben[3:] == ["A lamp", "It was\nmy aunt's.", "Mixed", "Water | Streets", "2026-05-01", "2"]
        assert cleo[1:2] + cleo[3:] == ["Cleo", "A chair", "It was\nmy aunt's.", "Mixed", "", "2026-05-01", ""]

    def test_a_survey_has_neither_names_nor_times(self, cast: Cast, survey: Quest, console: Client):
        people = crowd_answers(survey, 5)
        head, *rows = table(console, survey)
        assert head == ["Version", *(field.label for field in FIELDS)]
        assert len(rows) == 5
        whole = console.get(path(survey, "answers-json")).content.decode()
        for person in people:
            assert person.name not in whole
            assert str(person.pk) not in whole
        assert not re.search(r"\d\d:\d\d", whole)

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
    def test_what_a_spreadsheet_would_run_is_text(self, cast: Cast, form: Quest, console: Client, start: str):
        formula = f'{start}HYPERLINK("http://evil.example")'
        Participant.objects.filter(pk=cast.ben.pk).update(name=formula)
        answer(cast.ben, form)
        AnswerSheet.objects.update(
            answers={"name": formula, "story": formula, "topics": [formula], "mood": "a" + formula}
        )
        _, row = table(console, form)
        assert row[1] == row[3] == row[4] == row[6] == f"'{formula}"
        assert row[5] == "a" + formula

    def test_a_question_is_escaped_too_and_a_number_stays_a_number(self, cast: Cast, console: Client):
        field = FieldSpec(key="balance", label="=1+1", type="number")
        form = make_form(cast.event, fields=(field,))
        answer_only(cast.ben, form, {"balance": -3})
        head, row = table(console, form)
        assert (head[3], row[3]) == ("'=1+1", "-3")

    def test_versions_share_the_columns_of_their_keys(self, cast: Cast, form: Quest, console: Client):
        answer(cast.ben, form)
        newer = FieldSpec(key="name", label="What, in a word?", type="text", required=True, max_length=40)
        added = FieldSpec(key="size", label="How large?", type="number")
        make_form(cast.event, fields=(newer, added))
        answer_only(cast.cleo, form, {"name": "A rope", "size": 9})
        head, ben, cleo = table(console, form)
        assert head[3:5] == ["What, in a word?", "How large?"]
        assert "What do you bring?" not in head
        assert (ben[0], ben[3], ben[4]) == ("1", "A lamp", "")
        assert (cleo[0], cleo[3], cleo[4]) == ("2", "A rope", "9")

    def test_it_comes_as_a_file_that_nobody_keeps(self, cast: Cast, form: Quest, console: Client):
        got = console.get(path(form, "answers-csv"))
        assert got.headers["Content-Disposition"] == 'attachment; filename="what-you-bring-answers.csv"'
        assert got.headers["Cache-Control"].startswith("private, no-store")
        assert got.headers["Content-Type"] == "text/csv; charset=utf-8"


def answer_only(person: Participant, form: Quest, answers: dict[str, object]) -> None:
    respond(by=seat_of(person), quest_id=form.pk, answers=answers)


class TestTheDocument:
    def test_says_what_was_asked_and_answered(self, cast: Cast, form: Quest, console: Client):
        answer(cast.ben, form)
        told = document(console, form)
        assert told["quest"] == {"slug": "what-you-bring", "title": "What do you bring?", "kind": "form"}
        assert [field["key"] for field in told["versions"][0]["fields"]] == [field.key for field in FIELDS]
        (entry,) = told["answers"]
        assert (entry["participant"], entry["name"], entry["answers"]["guests"]) == (str(cast.ben.pk), "Ben", 2)

    def test_of_a_survey_says_how_many_wait(self, cast: Cast, survey: Quest, console: Client):
        crowd_answers(survey, 7)
        told = document(console, survey)
        assert (told["people"], len(told["answers"]), told["withheld"]) == (7, 5, 2)
        assert set(told["answers"][0]) == {"version", "answers"}


class TestWhatASurveyHides:
    def test_nothing_is_shown_before_the_fifth_sheet(self, cast: Cast, survey: Quest, console: Client):
        crowd_answers(survey, 4)
        assert len(table(console, survey)) == 1
        assert "Story" not in page(console, survey)
        assert "<b>4</b> sheets wait for others" in page(console, survey)
        assert rows_of(console.get(list_path("rooms_answersheet"))) == []
        crowd_answers(survey, 1)
        assert len(table(console, survey)) == 6
        assert "Story 1." in page(console, survey)
        assert len(rows_of(console.get(list_path("rooms_answersheet")))) == 5

    def test_two_looks_never_differ_by_the_sheets_of_a_few(self, cast: Cast, survey: Quest, console: Client):
        crowd_answers(survey, 5)
        before = {row[2] for row in table(console, survey)}
        for _ in range(4):
            crowd_answers(survey, 1, story="A newcomer's.")
            assert {row[2] for row in table(console, survey)} == before
        crowd_answers(survey, 1)
        assert len(table(console, survey)) == 11

    def test_a_sheet_that_waits_is_like_one_that_does_not_exist(self, cast: Cast, survey: Quest, console: Client):
        crowd_answers(survey, 1)
        sheet = AnswerSheet.objects.get()
        for kind in ("change", "history"):
            there = console.get(f"/admin/rooms/answersheet/{sheet.pk}/{kind}/")
            nowhere = console.get(f"/admin/rooms/answersheet/{cast.ben.pk}/{kind}/")
            assert there.status_code == nowhere.status_code == 302
            assert there.headers["Location"] == nowhere.headers["Location"] == "/admin/"

    def test_the_order_is_another_each_time(self, cast: Cast, survey: Quest, console: Client):
        crowd_answers(survey, 10)
        orders = {tuple(row[2] for row in table(console, survey)) for _ in range(8)}
        assert len(orders) > 1

    def test_no_page_leads_from_a_person_to_a_sheet(self, cast: Cast, survey: Quest, console: Client):
        people = crowd_answers(survey, 5)
        for response in Response.objects.all():
            shown = console.get(f"/admin/rooms/response/{response.pk}/change/").content.decode()
            assert not [sheet for sheet in AnswerSheet.objects.all() if str(sheet.pk) in shown or "Story" in shown]
            assert not re.search(rf"{response.answered_at:%H:%M}", shown.partition('id="content"')[2])
        for sheet in AnswerSheet.objects.all():
            shown = console.get(f"/admin/rooms/answersheet/{sheet.pk}/change/").content.decode()
            assert "without a name" in shown
            assert not [person for person in people if person.name in shown or str(person.pk) in shown]

    @pytest.mark.parametrize(
        "probe", ["group=0", "response__isnull=1", "answers__name=A", "response__participant__name=Ben", "group__gte=0"]
    )
    def test_the_address_cannot_be_asked_for_more(self, cast: Cast, survey: Quest, console: Client, probe: str):
        crowd_answers(survey, 5)
        answered = console.get(f"{list_path('rooms_answersheet')}?{probe}")
        assert answered.status_code in {302, 400}


class TestResults:
    def test_choices_are_counted_and_numbers_summed_up(self, cast: Cast, form: Quest):
        answer(cast.ben, form, guests=1)
        answer(cast.bea, form, guests=2, topics=["Heat", "Water"], mood="Good")
        answer(cast.bob, form, guests=6, topics=None, mood=None, story=None)
        (version,) = results_of(answers_to(form))
        found = {result.field.key: result for result in version.fields}
        assert [(bar.label, bar.count, bar.share) for bar in found["mood"].bars] == [
            ("Good", 1, 50), ("Mixed", 1, 50), ("Bad", 0, 0),
        ]  # fmt: skip
        assert [(bar.label, bar.count, bar.share) for bar in found["topics"].bars] == [
            ("Water", 2, 100), ("Heat", 1, 50), ("Streets", 1, 50),
        ]  # fmt: skip
        assert found["guests"].figures == [("Mean", "3"), ("Median", "2"), ("Lowest", "1"), ("Highest", "6")]
        assert [(bar.label, bar.count) for bar in found["arrival"].bars] == [("2026-05-01", 3)]
        assert len(found["story"].texts) == found["story"].answered == 2

    def test_they_stand_on_the_quests_page(self, cast: Cast, form: Quest, console: Client):
        assert "Nobody has answered yet." in page(console, form)
        answer(cast.ben, form)
        shown = page(console, form)
        assert "<b>1</b> person has answered" in shown
        assert "--share:100%" in shown
        assert "answers-csv" in shown

    def test_a_version_is_summed_up_by_itself(self, cast: Cast, form: Quest, console: Client):
        answer(cast.ben, form)
        make_form(cast.event)
        answer(cast.bea, form)
        assert [(version.number, version.sheets) for version in results_of(answers_to(form))] == [(2, 1), (1, 1)]
        assert "Version 2 · 1 sheet" in page(console, form)

    def test_of_many_texts_the_first_hundred_are_shown(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        sheet = AnswerSheet.objects.get()
        people = ParticipantFactory.create_batch(103, event=cast.event)
        responses = Response.objects.bulk_create(Response(quest=form, participant=person) for person in people)
        AnswerSheet.objects.bulk_create(
            AnswerSheet(version=sheet.version, response=response, answers=sheet.answers) for response in responses
        )
        result = results_of(answers_to(form))[0].fields[0]
        assert (len(result.texts), result.more) == (100, 4)

    def test_bots_count_nowhere(self, cast: Cast, form: Quest, survey: Quest, console: Client):
        bots = ParticipantFactory.create_batch(5, event=cast.event, is_bot=True)
        for bot in bots:
            answer(bot, form, name="A bolt")
            answer(bot, survey, name="A bolt")
        answer(cast.ben, form)
        assert answers_to(form).people == len(answers_to(form).sheets) == 1
        assert answers_to(survey).people == 0
        assert [row[1] for row in table(console, form)] == ["Name", "Ben"]
        assert "A bolt" not in page(console, form) + page(console, survey)
        assert [quest.answers for quest in rows_of(console.get(list_path("rooms_quest"))) if not quest.is_room] == [
            1,
            0,
        ]
        assert len(rows_of(console.get(list_path("rooms_answersheet")))) == 1

    def test_the_page_asks_no_more_for_more_answers(self, cast: Cast, form: Quest, console: Client):
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                page(console, form)
            return len(queries)

        answer(cast.ben, form)
        asked()
        few = asked()
        crowd_answers(form, 6)
        assert asked() == few


class TestWhoseItIs:
    def test_an_export_is_in_the_journal_and_a_look_is_not(self, cast: Cast, survey: Quest, console: Client):
        crowd_answers(survey, 6)
        page(console, survey)
        assert not AuditEntry.objects.filter(action="quest.answers_exported").exists()
        table(console, survey)
        entry = AuditEntry.objects.get(action="quest.answers_exported")
        assert (entry.actor_id, entry.target_id, entry.event_id) == (cast.ada.pk, str(survey.pk), cast.event.pk)
        assert entry.ids == {"format": "csv", "sheets": 5}

    @pytest.mark.parametrize("kind", ["answers-csv", "answers-json"])
    def test_another_events_organiser_takes_nothing(self, cast: Cast, form: Quest, kind: str):
        answer(cast.ben, form)
        otto = console_of(cast.otto)
        assert otto.get(path(form, kind)).status_code == 302
        assert rows_of(otto.get(list_path("rooms_answersheet"))) == rows_of(otto.get(list_path("rooms_response"))) == []
        assert not AuditEntry.objects.filter(action="quest.answers_exported").exists()

    def test_a_decision_room_has_no_such_buttons(self, cast: Cast, console: Client):
        assert "answers-csv" not in page(console, cast.quest)
        assert console.get(path(cast.quest, "answers-csv")).status_code == 403
        assert console.get("/admin/rooms/quest/nonsense/answers-csv/").status_code == 302


def test_hostile_text_stays_text_everywhere_in_the_console(cast: Cast, console: Client):
    fields = (
        FieldSpec(key="a", label=HOSTILE, help=HOSTILE, type="text", max_length=200),
        FieldSpec(key="b", label=HOSTILE, type="select", choices=(HOSTILE, "b")),
        FieldSpec(key="c", label=HOSTILE, type="several", choices=(HOSTILE, "b")),
    )
    form = make_form(cast.event, title=HOSTILE, summary=HOSTILE, fields=fields)
    Participant.objects.filter(pk=cast.ben.pk).update(name=HOSTILE)
    answer_only(cast.ben, form, {"a": HOSTILE, "b": HOSTILE, "c": [HOSTILE]})
    sheet, response = AnswerSheet.objects.get(), Response.objects.get()
    for shown in (
        path(form), f"/admin/rooms/answersheet/{sheet.pk}/change/", f"/admin/rooms/response/{response.pk}/change/",
        f"/admin/rooms/questversion/{form.current_id}/change/", list_path("rooms_quest"), list_path("rooms_formfield"),
        list_path("rooms_answersheet"), list_path("rooms_response"),
    ):  # fmt: skip
        body = console.get(shown).content.decode()
        assert "<script>alert" not in body, shown
        assert "<img src=x" not in body, shown


def test_a_form_is_closed_and_exported_as_a_file_like_any_quest(cast: Cast, form: Quest, console: Client):
    assert b"kind: form" in console.get(path(form, "export")).content
    chosen = {"action": "close_quests", "_selected_action": [form.pk], "confirmed": "yes"}
    console.post(list_path("rooms_quest"), chosen)
    form.refresh_from_db()
    assert not form.is_open


def test_a_form_cannot_become_a_room_by_an_import(cast: Cast, console: Client):
    text = "format: echoroom-quest/1\nkind: form\nslug: the-bridge\ntitle: X\nregion: Y\nsummary: Z\nfields:\n"
    text += "  - {key: a, label: A, type: text}\n"
    shown = console.post("/admin/rooms/quest/import/", {"event": cast.event.pk, "text": text}).content.decode()
    assert "A quest stays a room, a form or a survey for good." in shown
    cast.quest.refresh_from_db()
    assert cast.quest.is_room
