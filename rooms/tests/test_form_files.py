"""Forms and surveys as files."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from echoroom.accounts.tests.factories import StaffFactory
from rooms.models import FormField, Quest
from rooms.quest_files import (
    FIELD_TYPES,
    FieldSpec,
    QuestFileInvalid,
    QuestSpec,
    demo_forms,
    demo_quests,
    dump_yaml,
    from_dict,
    parse_yaml,
    to_dict,
)
from rooms.selectors.quest_export import spec_of
from rooms.services.demo import load_demo_event
from rooms.services.quests import import_quest
from rooms.tests.bridge import BRIDGE, problems
from rooms.tests.questions import form_spec, make_form
from rooms.tests.test_quest_export import texts
from tests.cast import Cast

SHELF = """\
format: echoroom-quest/1
kind: form
slug: the-shelf
title: The shelf
region: Waterside
summary: What do you put on it?
fields:
  - key: thing
    label: What is it?
    type: text
    required: true
  - key: mood
    label: How is it?
    type: select
    choices: [Fine, Worn]
  - key: age
    label: How old is it?
    type: number
    min: 0
    max: 400.5
"""


class TestReading:
    def test_a_good_file_becomes_a_form(self):
        form = parse_yaml(SHELF, filename="shelf.yaml")
        assert (form.kind, form.is_form, form.decisions) == ("form", True, ())
        assert form.fields == (
            FieldSpec(key="thing", label="What is it?", type="text", required=True, max_length=200),
            FieldSpec(key="mood", label="How is it?", type="select", choices=("Fine", "Worn")),
            FieldSpec(key="age", label="How old is it?", type="number", minimum=0, maximum=400.5),
        )

    def test_a_survey_differs_by_its_kind_only(self):
        assert parse_yaml(SHELF.replace("kind: form", "kind: survey"), filename="s.yaml").kind == "survey"

    def test_a_room_may_name_its_kind_and_is_written_without(self):
        named = parse_yaml("kind: decision_room\n" + BRIDGE, filename="b.yaml")
        assert named == parse_yaml(BRIDGE, filename="b.yaml")
        assert "kind" not in to_dict(named)
        assert "fields" not in to_dict(named)

    def test_the_file_knows_the_same_types_as_the_table(self):
        assert tuple(FormField.Type.values) == FIELD_TYPES


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: form", "kind: from", "2: kind must be one of decision_room, form, survey; did you mean form?"),
        ("kind: form", "kind: [form]", "2: kind must be one of decision_room, form, survey"),
        ("kind: form", 'kind: ""', "2: kind is blank"),
        ("summary: What do you put on it?", "sumary: What?", "6: sumary is not a known key; did you mean summary?"),
        ("fields:", "team: {min: 2, size: 3, max: 4}\nfields:", "7: team is not a known key"),
        ("key: thing", "key: Thing", "8: fields[0].key may hold only small letters a-z, digits and underscores"),
        ("key: thing", "key: 2nd", "8: fields[0].key may hold only small letters"),
        ("key: mood", "key: thing", "12: fields[1].key repeats the key of fields[0]"),
        ("key: thing", "key: " + "x" * 41, "8: fields[0].key has 41 characters: at most 40"),
        ("label: What is it?", "label: [What]", "9: fields[0].label must be text, not a list"),
        ("label: What is it?", "label: " + "x" * 201, "9: fields[0].label has 201 characters: at most 200"),
        ("type: text", "type: texts", "10: fields[0].type must be one of text, long_text, select"),
        ("type: text", "type: texts", "did you mean text?"),
        ("required: true", "required: yes", "11: fields[0].required must be true or false, not text"),
        ("required: true", "required: 1", "11: fields[0].required must be true or false, not the number 1"),
        ("required: true", "choices: [A, B]", "11: fields[0].choices is only for fields of type select or several"),
        ("required: true", "min: 1", "11: fields[0].min is only for fields of type number"),
        ("required: true", "max_length: 4001", "11: fields[0].max_length is 4001: at most 4000"),
        ("min: 0", "max_length: 5", "19: fields[2].max_length is only for fields of type text or long_text"),
        ("    choices: [Fine, Worn]\n", "", "12: fields[1].choices is missing: a field of type select needs"),
        ("[Fine, Worn]", "[Fine]", "15: fields[1].choices has 1 entries: at least 2 are needed"),
        ("[Fine, Worn]", "[Fine, FINE]", "15: fields[1].choices[1] repeats choices[0]"),
        ("[Fine, Worn]", "[Fine, 7]", "15: fields[1].choices[1] must be text"),
        ("min: 0", "min: 401", "19: fields[2].min is 401 and so greater than max, which is 400.5"),
        ("min: 0", "min: zero", "19: fields[2].min must be a number, not text"),
        ("min: 0", "min: true", "19: fields[2].min must be a number, not true"),
        ("min: 0", "min: 0.00001", "19: fields[2].min has more than 4 digits after the point"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_plain_words_at_its_line(old, new, expected):
    found = problems(SHELF.replace(old, new, 1))
    assert len(found) == (2 if new.startswith("sumary") else 1), found
    assert any(expected in problem for problem in found), found


def test_a_form_needs_a_field():
    head = SHELF.partition("fields:")[0]
    assert problems(head) == ["bridge.yaml:1: fields is missing"]
    assert problems(head + "fields: []") == ["bridge.yaml:7: fields has 0 entries: at least 1 are needed"]


@pytest.mark.parametrize(
    "data", [{"kind": "form", "fields": {}}, {"kind": "survey", "fields": [None, 1]}, {"kind": None}]
)
def test_something_else_than_a_form_is_refused(data):
    with pytest.raises(QuestFileInvalid):
        from_dict(data)


RANGES = st.lists(st.integers(-(10**6), 10**6) | st.sampled_from([0.5, 2.25]), min_size=2, max_size=2).map(sorted)


@st.composite
def fields(draw: st.DrawFn) -> FieldSpec:
    kind = draw(st.sampled_from(FIELD_TYPES))
    more: dict[str, object] = {}
    if kind in {"select", "several"}:
        more["choices"] = tuple(draw(st.lists(texts(60), min_size=2, max_size=4, unique_by=len)))
    if kind == "number" and draw(st.booleans()):
        more["minimum"], more["maximum"] = draw(RANGES)
    if kind in {"text", "long_text"}:
        more["max_length"] = draw(st.sampled_from([1, 200, 2000, 4000]))
    label, help_ = draw(texts(200)), draw(st.just("") | texts(300))
    return FieldSpec(key="", label=label, help=help_, type=kind, required=draw(st.booleans()), **more)  # type: ignore[arg-type]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(fields(), min_size=1, max_size=4), st.sampled_from(["form", "survey"]), texts(80), texts(400, lines=True)
)
def test_what_is_written_is_read_back_equal(asked: list[FieldSpec], kind: str, title: str, summary: str):
    keyed = tuple(replace(field, key=f"f{number}") for number, field in enumerate(asked))
    form = QuestSpec(kind=kind, slug="a-form", title=title, region="X", summary=summary, fields=keyed)
    assert parse_yaml(dump_yaml(form), filename="again.yaml") == form
    assert from_dict(to_dict(form)) == form


class TestCommands:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "shelf.yaml"
        path.write_text(SHELF, encoding="utf-8")
        return path

    def test_both_kinds_are_validated(self, tmp_path: Path, file: Path):
        out = StringIO()
        call_command("validate_quest", str(file), stdout=out)
        assert "The shelf, 3 fields, fine" in out.getvalue()
        file.write_text(SHELF.replace("key: mood", "key: thing"), encoding="utf-8")
        err = StringIO()
        with pytest.raises(CommandError, match="1 of 1 files have mistakes"):
            call_command("validate_quest", str(file), stderr=err)
        assert "shelf.yaml:12: fields[1].key repeats" in err.getvalue()

    def test_a_form_is_imported_and_its_next_version_too(self, cast: Cast, file: Path):
        for version in (1, 2):
            out = StringIO()
            call_command("import_quest", str(file), event="civic-24", stdout=out)
            assert f"The shelf: version {version}" in out.getvalue()
        quest = Quest.objects.get(slug="the-shelf")
        assert (quest.kind, quest.region.name) == ("form", "Waterside")
        assert spec_of(quest) == parse_yaml(SHELF, filename="s.yaml")

    def test_a_quest_keeps_its_kind_and_nothing_is_imported(self, cast: Cast, file: Path, tmp_path: Path):
        other = tmp_path / "other.yaml"
        other.write_text(SHELF.replace("the-shelf", "the-bridge"), encoding="utf-8")
        with pytest.raises(CommandError, match="the-bridge: A quest stays a room, a form or a survey for good"):
            call_command("import_quest", str(file), str(other), event="CIVIC-24", stdout=StringIO())
        assert not Quest.objects.filter(slug="the-shelf").exists()


def test_an_exported_form_is_the_one_that_was_imported(cast: Cast):
    assert spec_of(make_form(cast.event)) == form_spec()


class TestTheDemo:
    def test_a_form_and_a_survey_come_with_echoroom(self):
        assert {(form.kind, form.slug) for form in demo_forms()} == {
            ("form", "what-would-you-bring"), ("survey", "how-did-the-day-go"),
        }  # fmt: skip
        for form in demo_forms():
            assert parse_yaml(dump_yaml(form), filename="again.yaml") == form

    def test_the_demo_event_has_them_and_an_older_one_gets_them(self, db: None):
        ada = StaffFactory.create()
        event = load_demo_event(by=ada).event
        assert Quest.objects.filter(event=event).count() == len(demo_quests()) + 2
        forms = Quest.objects.exclude(kind=Quest.Kind.DECISION_ROOM)
        forms.update(current=None)
        forms.delete()
        assert load_demo_event(by=ada).event == event
        assert set(Quest.objects.values_list("kind", flat=True)) == {"decision_room", "form", "survey"}

    def test_what_is_there_already_stays_as_it_is(self, db: None):
        ada = StaffFactory.create()
        event = load_demo_event(by=ada).event
        import_quest(by=ada, event=event, spec=form_spec(slug="what-would-you-bring", title="Ours"))
        load_demo_event(by=ada)
        assert Quest.objects.get(slug="what-would-you-bring").title == "Ours"


def test_the_form_of_the_guide_is_a_good_file():
    guide = (Path(__file__).resolve().parents[2] / "docs/quests.md").read_text(encoding="utf-8")
    example = guide.split("```yaml\n")[2].partition("```")[0]
    assert parse_yaml(example, filename="quests.md").kind == "survey"
