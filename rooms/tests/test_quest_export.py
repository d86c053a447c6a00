from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.quest_files import (
    RULES,
    DecisionSpec,
    OptionSpec,
    QuestFileInvalid,
    QuestSpec,
    dump_yaml,
    from_dict,
    parse_yaml,
    to_dict,
)
from rooms.quest_files.text import blank, forbidden
from rooms.tests.bridge import BRIDGE, bridge_with


def as_dict() -> dict:
    return to_dict(parse_yaml(BRIDGE, filename="bridge.yaml"))


class TestDictionaries:
    def test_a_quest_from_a_dictionary_is_checked_like_a_file(self):
        data = as_dict()
        data["team"]["max"] = 2
        data["decisions"][0]["options"][0]["title"] = "\x07"
        del data["slug"]

        with pytest.raises(QuestFileInvalid) as caught:
            from_dict(data)

        assert {str(problem) for problem in caught.value.problems} == {
            "slug is missing",
            "team.size is 3 and so greater than max, which is 2",
            "decisions[0].options[0].title is blank: write a text, or leave the key out where it is optional",
        }
        assert all(problem.line is None for problem in caught.value.problems)
        assert "quest: slug is missing" in str(caught.value).splitlines()

    @pytest.mark.parametrize("data", [None, [], "quest", 7, {}, {"decisions": {}}, {"decisions": [None, 1]}])
    def test_something_else_than_a_quest_is_refused(self, data):
        with pytest.raises(QuestFileInvalid):
            from_dict(data)

    def test_a_dictionary_is_plain_json(self):
        assert from_dict(json.loads(json.dumps(as_dict()))) == parse_yaml(BRIDGE, filename="b.yaml")

    def test_a_stored_quest_is_read_back_without_checks(self):
        assert QuestSpec.trusted(as_dict()) == parse_yaml(BRIDGE, filename="b.yaml")


READABLE = st.characters(codec="utf-8").filter(lambda character: not forbidden(character) and character != "\n")


def texts(most: int, *, lines: bool = False) -> st.SearchStrategy[str]:
    alphabet = READABLE | st.sampled_from(" :#-'\"\\|>%@`{}[],&*!?~é😀\t" + "\n" * lines)
    return st.text(alphabet, max_size=most).map(lambda text: "x" if blank(text) else text.strip())


OPTIONS = st.builds(
    OptionSpec,
    title=texts(80),
    description=texts(300, lines=True),
    impact=st.just("") | texts(200),
    trade_off=st.just("") | texts(200),
    risks=st.lists(texts(160), max_size=3).map(tuple),
)
DECISIONS = st.builds(
    DecisionSpec,
    title=texts(60) | st.sampled_from(["No", "12", "null", "1e5", "08", "0o7", "=", "<<", "2026-01-02", "- a"]),
    question=texts(400),
    context=st.just("") | texts(1200, lines=True),
    options=st.lists(OPTIONS, min_size=2, max_size=4, unique_by=lambda option: len(option.title)).map(tuple),
)
QUESTS = st.builds(
    lambda team, **fields: QuestSpec(team_min=team[0], team_size=team[1], team_max=team[2], **fields),
    team=st.lists(st.integers(2, 5), min_size=3, max_size=3).map(sorted),
    slug=st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,9}){0,4}", fullmatch=True),
    title=texts(80),
    region=texts(60),
    summary=texts(400, lines=True),
    rule=st.sampled_from(RULES),
    rounds=st.integers(1, 2),
    vote_seconds=st.integers(30, 3600),
    patience_seconds=st.integers(5, 600),
    lobby_seconds=st.integers(10, 3600),
    decisions=st.lists(DECISIONS, min_size=1, max_size=3).map(tuple),
)


class TestWriting:
    @settings(max_examples=100, deadline=None)
    @given(QUESTS)
    def test_what_is_written_is_read_back_equal(self, quest):
        assert parse_yaml(dump_yaml(quest), filename="again.yaml") == quest
        assert from_dict(to_dict(quest)) == quest

    def test_a_written_file_reads_like_one_that_a_person_wrote(self):
        written = dump_yaml(parse_yaml(BRIDGE, filename="b.yaml"))

        assert written.startswith("format: echoroom-quest/1\nslug: the-bridge\ntitle: The bridge\n")
        assert "\ndecisions:\n  - title: Tonight\n    question: Do you close" in written

    def test_paragraphs_are_written_as_a_block(self):
        text = bridge_with("    options:", "    context: |\n      Büro.\n\n      Two.\n    options:")

        assert "context: |-\n      Büro.\n\n      Two.\n" in dump_yaml(parse_yaml(text, filename="b.yaml"))
