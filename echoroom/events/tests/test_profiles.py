from __future__ import annotations

from typing import Any

import pytest

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from echoroom.events.services.profiles import update_profile
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.factories import ParticipantFactory
from echoroom.refusals import Invalid
from tests.cast import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben() -> Participant:
    return ParticipantFactory.create(name="Ben", consented_at=None, country="DE")


def change(person: Participant, *, consent: bool = False, **changes: Any) -> Participant:
    return update_profile(by=seat_of(person), changes=changes, consent=consent)


def test_only_the_named_fields_change(ben: Participant):
    change(ben, occupation="Nurse", languages=["en", "de"])
    ben.refresh_from_db()
    assert (ben.name, ben.occupation, ben.languages, ben.country) == ("Ben", "Nurse", ["en", "de"], "DE")


def test_a_profile_is_complete_with_a_name_and_the_consent(ben: Participant):
    assert not ben.has_profile
    assert change(ben, consent=True).has_profile


@pytest.mark.parametrize("field", ["name", "organisation", "occupation"])
def test_no_text_of_a_line_is_written_backwards(ben: Participant, field: str):
    backwards: dict[str, Any] = {field: "\u202enhoJ\u202c \u2066\u05d3\u05d5\u05d3\u2069 \u200fA"}
    changed = change(ben, **backwards)
    assert getattr(changed, field) == "nhoJ \u05d3\u05d5\u05d3 \u200fA"


def test_a_name_of_nothing_but_such_marks_is_none(ben: Participant):
    with pytest.raises(Invalid) as refused:
        change(ben, name="\u202e\u2066")
    assert "name" in refused.value.errors


def test_a_bots_mark_is_not_hidden_behind_them(ben: Participant):
    with pytest.raises(Invalid):
        change(ben, name="Robin (bo\u202et)")


def test_consent_is_kept_with_its_time_and_given_once(ben: Participant):
    first = change(ben, consent=True).consented_at
    assert change(ben, consent=True).consented_at == first
    assert AuditEntry.objects.filter(action="participant.consented").count() == 1


def test_consent_is_not_taken_back_by_saying_nothing(ben: Participant):
    change(ben, consent=True)
    assert change(ben, name="Benedict").consented_at is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "Robin (Bot) "}, "name"),
        ({"name": "Robin （bot）"}, "name"),
        ({"country": "XX"}, "country"),
        ({"skill": "wizard"}, "skill"),
        ({"curiosity": "x" * 301}, "curiosity"),
        ({"interests": ["x"] * 2}, "interests"),
        ({"interests": [str(number) for number in range(11)]}, "interests"),
        ({"interests": ["x" * 41]}, "interests"),
        ({"interests": [" "]}, "interests"),
        ({"interests": "bridges"}, "interests"),
        ({"languages": ["Klingon"]}, "languages"),
        ({"gender_category": "x"}, "gender_category"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_mistake_is_named_by_its_field_and_nothing_is_written(ben: Participant, changes: dict[str, Any], field: str):
    with pytest.raises(Invalid) as refused:
        change(ben, occupation="Nurse", **changes)
    assert field in refused.value.errors
    assert all(said.endswith(".") for said in refused.value.errors[field])
    assert Participant.objects.get(pk=ben.pk).occupation == ""


def test_several_mistakes_are_told_together(ben: Participant):
    with pytest.raises(Invalid) as refused:
        change(ben, country="XX", languages=["Klingon"], name="")
    assert set(refused.value.errors) == {"country", "languages", "name"}


class TestOverHttp:
    def test_the_owner_reads_all_of_it(self, ben: Participant):
        change(ben, gender="agender")
        profile = ApiClient(ben).get("/api/profile").json()
        assert (profile["name"], profile["gender"]) == ("Ben", "agender")

    def test_a_change_is_answered_with_the_whole_profile(self, ben: Participant):
        answer = ApiClient(ben).send("PATCH", "/api/profile", {"name": " Ben B. ", "consent": True})
        assert (answer.status_code, answer.json()["name"]) == (200, "Ben B.")
        assert answer.json()["consented_at"]

    @pytest.mark.parametrize(
        "body",
        [
            {"id": "1"},
            {"consented_at": "2020-01-01T00:00:00Z"},
            {"event": "x"},
            {"version": 9},
            {"name": 7},
            {"shows_country": "yes"},
            {"consent": 1},
            {"interests": "x"},
            {"interests": [[]]},
            {"interests": {"a": 1}},
            {"name": None},
        ],
        ids=str,
    )
    def test_unknown_fields_and_wrong_types_are_refused(self, ben: Participant, body: object):
        answer = ApiClient(ben).send("PATCH", "/api/profile", body)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        fresh = Participant.objects.get(pk=ben.pk)
        assert (fresh.name, fresh.consented_at, fresh.version) == ("Ben", None, 0)

    def test_it_needs_a_seat(self):
        assert ApiClient().get("/api/profile").status_code == 401
