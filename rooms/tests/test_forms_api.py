from __future__ import annotations

import uuid

import pytest

from echoroom.api.models import IdempotencyRecord
from echoroom.events.models import Event
from echoroom.outbox.testing import deliver_all
from matching.models import Queue, Ticket
from rooms.models import AnswerSheet, Quest, Response
from rooms.selectors.forms import forget_forms
from rooms.tests.questions import ANSWERS, FIELDS, answer, crowd_answers, make_form, make_survey
from tests.cast import ApiClient, Cast
from tests.queries import keeps_its_promise


@pytest.fixture
def form(cast: Cast) -> Quest:
    return make_form(cast.event)


@pytest.fixture
def survey(cast: Cast) -> Quest:
    return make_survey(cast.event)


@pytest.fixture
def ben(cast: Cast) -> ApiClient:
    client = ApiClient(cast.ben)
    client.get("/api/auth/me")  # from here on the seat's token is in the cache
    return client


def path(quest: Quest) -> str:
    return f"/api/quests/{quest.pk}/response"


class TestReading:
    def test_quests_say_of_which_kind_they_are(self, cast: Cast, form: Quest, survey: Quest, ben: ApiClient):
        cards = {card["slug"]: card for card in ben.get("/api/quests").json()["quests"]}
        kinds = {slug: (card["kind"], card["questions"], card["decisions"]) for slug, card in cards.items()}
        assert kinds == {
            "the-bridge": ("decision_room", 0, 2),
            "what-you-bring": ("form", 6, 0),
            "how-it-went": ("survey", 6, 0),
        }
        assert cards["what-you-bring"]["team_size"] == 0
        assert cards["what-you-bring"]["minutes"] == 3

    def test_a_form_says_what_it_asks(self, cast: Cast, form: Quest, ben: ApiClient):
        asked = ben.get(f"/api/quests/{form.pk}").json()["asks"]
        assert [field["key"] for field in asked] == [field.key for field in FIELDS]
        assert asked[3] == {
            "key": "topics", "label": "What about?", "help": "", "type": "several", "required": False,
            "choices": ["Water", "Heat", "Streets"], "minimum": None, "maximum": None, "max_length": None,
        }  # fmt: skip

    def test_a_room_asks_nothing_of_one_person(self, cast: Cast, ben: ApiClient):
        found = ben.get(f"/api/quests/{cast.quest.pk}").json()
        assert (found["kind"], found["asks"], found["decisions"]) == ("decision_room", [], 2)

    def test_before_and_after_answering(self, cast: Cast, form: Quest, ben: ApiClient):
        assert ben.get(path(form)).json() == {
            "quest": str(form.pk), "kind": "form", "answered": False, "answered_at": None, "changed_at": None,
            "answers": None, "version": None,
        }  # fmt: skip
        posted = ben.send("POST", path(form), {"answers": ANSWERS})
        assert posted.status_code == 200
        assert posted.json() == ben.get(path(form)).json()
        assert posted.json()["answers"] == ANSWERS
        assert {card["played"] for card in ben.get("/api/quests").json()["quests"]} == {True, False}

    def test_of_a_survey_only_that_i_answered(self, cast: Cast, survey: Quest, ben: ApiClient):
        ben.send("POST", path(survey), {"answers": ANSWERS})
        mine = ben.get(path(survey)).json()
        assert (mine["answered"], mine["answers"]) == (True, None)
        assert "lamp" not in ben.get(path(survey)).content.decode()

    def test_nobody_reads_another_persons_answers(self, cast: Cast, form: Quest):
        answer(cast.ben, form)
        assert ApiClient(cast.bea).get(path(form)).json()["answered"] is False


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({"answers": {"name": "A lamp", "colour": "red"}}, {"colour"}),
            ({"answers": {}}, {"name"}),
            ({"answers": {"name": "A lamp", "mood": "Splendid", "guests": "two"}}, {"mood", "guests"}),
        ],
    )
    def test_answers_that_are_not_right(self, cast: Cast, form: Quest, ben: ApiClient, body, fields):
        said = ben.send("POST", path(form), body)
        assert (said.status_code, said.json()["code"]) == (400, "answers_invalid")
        assert set(said.json()["errors"]) == fields
        assert not Response.objects.exists()

    @pytest.mark.parametrize("body", [{}, {"answers": []}, {"answers": None}, {"answers": {}, "quest": 1}, {"x": 1}])
    def test_something_else_than_answers(self, cast: Cast, form: Quest, ben: ApiClient, body):
        said = ben.send("POST", path(form), body)
        assert (said.status_code, said.json()["code"]) == (400, "invalid")

    def test_a_changed_survey(self, cast: Cast, survey: Quest, ben: ApiClient):
        ben.send("POST", path(survey), {"answers": ANSWERS})
        said = ben.send("POST", path(survey), {"answers": {**ANSWERS, "name": "A chair"}})
        assert (said.status_code, said.json()["code"]) == (409, "survey_answered")

    def test_a_room_is_not_answered_and_a_form_is_not_queued_for(self, cast: Cast, form: Quest, ben: ApiClient):
        for said in (ben.send("POST", path(cast.quest), {"answers": {}}), ben.get(path(cast.quest))):
            assert (said.status_code, said.json()["code"]) == (409, "not_a_form")
        said = ben.send("POST", "/api/matching/join", {"quest": str(form.pk)})
        assert (said.status_code, said.json()["code"]) == (409, "not_a_room")
        assert not Ticket.objects.exists()
        assert not Queue.objects.exists()

    def test_a_closed_one(self, cast: Cast, form: Quest, ben: ApiClient):
        Quest.objects.update(is_open=False)
        assert ben.send("POST", path(form), {"answers": ANSWERS}).json()["code"] == "quest_closed"

    def test_what_is_not_there(self, cast: Cast, ben: ApiClient):
        foreign = make_form(Event.objects.get(name="Elsewhere"))
        for pk in (foreign.pk, uuid.uuid4()):
            for said in (
                ben.get(f"/api/quests/{pk}"),
                ben.get(f"/api/quests/{pk}/response"),
                ben.send("POST", f"/api/quests/{pk}/response", {"answers": {}}),
            ):
                assert (said.status_code, said.json()["code"]) == (404, "quest_not_found")

    def test_a_body_of_100_kilobytes(self, cast: Cast, form: Quest, ben: ApiClient):
        said = ben.send("POST", path(form), {"answers": {"name": "x" * 100_000}})
        assert (said.status_code, said.json()["code"]) == (413, "body_too_large")


def test_an_idempotency_key_keeps_no_trace_of_what_was_answered(survey: Quest, ben: ApiClient):
    for _ in range(2):
        answered = ben.send("POST", path(survey), {"answers": ANSWERS}, **{"Idempotency-Key": "once"})
        assert answered.status_code == 200, answered.content
    assert not IdempotencyRecord.objects.exists()
    assert AnswerSheet.objects.count() == 1


class TestPromises:
    """However many have answered and however much is asked."""

    @pytest.fixture(autouse=True)
    def crowd(self, form: Quest, survey: Quest, ben: ApiClient) -> None:
        crowd_answers(form, 6)
        crowd_answers(survey, 6)
        deliver_all()
        ben.get("/api/quests")

    def test_reading(self, form: Quest, ben: ApiClient):
        keeps_its_promise("GET /api/quests", 1, lambda: ben.get("/api/quests"))
        keeps_its_promise("GET /api/quests/{id}", 1, lambda: ben.get(f"/api/quests/{form.pk}"))
        keeps_its_promise("GET /api/quests/{id}/response", 2, lambda: ben.get(path(form)))

    def test_a_process_that_has_read_no_form_yet_reads_all_at_once(self, form: Quest, ben: ApiClient):
        forget_forms()
        keeps_its_promise("GET /api/quests, cold", 3, lambda: ben.get("/api/quests"))

    def test_answering(self, form: Quest, survey: Quest, ben: ApiClient):
        # Transaction, person, quest, response; then response, sheet, journal and the news to who listens.
        keeps_its_promise("answering a form", 9, lambda: ben.send("POST", path(form), {"answers": ANSWERS}))
        keeps_its_promise("answering it again", 5, lambda: ben.send("POST", path(form), {"answers": ANSWERS}))
        # And how many sheets there are before this one.
        keeps_its_promise("answering a survey", 10, lambda: ben.send("POST", path(survey), {"answers": ANSWERS}))
        assert AnswerSheet.objects.count() == 14


HOSTILE = "</textarea><script>alert(1)</script>\u202e'\"&\\ \U0001f600"


def test_hostile_text_comes_back_as_it_was(cast: Cast, ben: ApiClient):
    form = make_form(cast.event)
    said = ben.send("POST", path(form), {"answers": {"name": HOSTILE, "story": HOSTILE * 20}})
    assert said.status_code == 200
    assert ben.get(path(form)).json()["answers"] == {"name": HOSTILE, "story": HOSTILE * 20}
