from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from rooms.quest_files import RULES, QuestSpec, option_key, parse_bytes, parse_yaml, yaml_files
from rooms.tests.bridge import BRIDGE, bridge_with, problems


class TestReading:
    def test_a_good_file_becomes_a_quest(self):
        quest = parse_yaml(BRIDGE, filename="bridge.yaml")

        assert (quest.slug, quest.title, quest.region) == ("the-bridge", "The bridge", "Waterside")
        assert (quest.team_min, quest.team_size, quest.team_max) == (2, 3, 4)
        close, leave = quest.decisions[0].options
        assert close.trade_off == "The hospital is on the other side."
        assert close.risks == ("An ambulance comes late.",)
        assert (leave.impact, leave.trade_off, leave.risks) == ("", "", ())

    def test_what_is_left_out_has_its_default(self):
        quest = parse_yaml(BRIDGE, filename="bridge.yaml")

        assert (quest.rule, quest.rounds) == ("plurality", 1)
        assert (quest.vote_seconds, quest.patience_seconds, quest.lobby_seconds) == (300, 30, 120)

    def test_the_schema_and_the_quest_have_the_same_defaults_and_rules(self):
        schema = json.loads(Path(yaml_files.__file__).with_name("schema.json").read_text(encoding="utf-8"))
        told = {key: value["default"] for key, value in schema["properties"].items() if "default" in value}
        fields = {field.name: field.default for field in dataclasses.fields(QuestSpec)}

        assert told == {name: fields[name] for name in told}
        assert tuple(schema["properties"]["rule"]["enum"]) == RULES

    def test_options_are_keyed_by_their_position(self):
        (decision,) = parse_yaml(BRIDGE, filename="bridge.yaml").decisions

        assert [(key, option.title) for key, option in decision.keyed_options()] == [
            ("A", "Close it"),
            ("B", "Leave it open"),
        ]
        assert option_key(7) == "H"

    @pytest.mark.parametrize("word", ["No", "yes", "12:30", "2026-01-02", "0x1F", "on", "1_000"])
    def test_a_word_that_other_yaml_readers_turn_into_something_else_stays_a_word(self, word):
        quest = parse_yaml(bridge_with("Leave it open", word), filename="bridge.yaml")

        assert quest.decisions[0].options[1].title == word

    def test_space_around_a_text_is_cut_and_windows_line_ends_are_read(self):
        quest = parse_yaml(
            bridge_with("title: The bridge", 'title: "  The bridge "').replace("\n", "\r\n"),
            filename="b.yaml",
        )

        assert quest == parse_yaml(BRIDGE, filename="b.yaml")

    def test_a_byte_order_mark_is_no_problem(self):
        assert parse_bytes(b"\xef\xbb\xbf" + BRIDGE.encode(), filename="b.yaml").slug == "the-bridge"
        assert parse_yaml("\ufeff" + BRIDGE, filename="b.yaml").slug == "the-bridge"

    def test_a_context_may_have_paragraphs(self):
        text = bridge_with("    options:", "    context: |\n      One.\n\n      Two.\n    options:")

        assert parse_yaml(text, filename="b.yaml").decisions[0].context == "One.\n\nTwo."


BLANK = "is blank: write a text, or leave the key out where it is optional"


class TestWhatIsMissingOrWrong:
    def test_a_missing_title_is_named_with_its_line(self):
        text = bridge_with("      - title: Leave it open\n        description", "      - description")

        assert problems(text) == ["bridge.yaml:17: decisions[0].options[1].title is missing"]

    def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines(self):
        text = (
            BRIDGE.replace("title: The bridge", "titel: The bridge")
            .replace("min: 2", "min: 4")
            .replace("      - title: Leave it open", '      - title: ""')
            .replace("question: Do you close the bridge tonight?", "question: 12")
        )

        assert problems(text) == [
            "bridge.yaml:1: title is missing",
            "bridge.yaml:3: titel is not a known key; did you mean title?",
            "bridge.yaml:6: team.min is 4 and so greater than size, which is 3",
            'bridge.yaml:9: decisions[0].question must be text: put it in quotes, as in "12"',
            "bridge.yaml:17: decisions[0].options[1].title " + BLANK,
        ]

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("echoroom-quest/1", "echoroom-quest/2", "1: format must be echoroom-quest/1, the only format"),
            ("the-bridge", "The Bridge", "2: slug may hold only small letters"),
            ("the-bridge", "-bridge", "2: slug may hold only small letters"),
            ("title: The bridge", "title: " + "x" * 81, "3: title has 81 characters: at most 80 are allowed"),
            ("title: The bridge", "title: |\n  The\n  bridge", "3: title must be one line"),
            ("title: The bridge", "title:", "3: title has no value: it must be text"),
            ("title: The bridge", "title: [The, bridge]", "3: title must be text, not a list"),
            ("title: The bridge", "title: true", '3: title must be text: put it in quotes, as in "true"'),
            ("title: The bridge", "title: 2.5", '3: title must be text: put it in quotes, as in "2.5"'),
            ("team: {min: 2, size: 3, max: 4}", "team: 3", "6: team must be a block of keys, not"),
            ("{min: 2, size", "{min: 1, size", "6: team.min is 1: at least 2"),
            ("max: 4}", "max: 6}", "6: team.max is 6: at most 5"),
            ("size: 3", "size: three", "6: team.size must be a whole number, not text"),
            ("size: 3", "size: 3.0", "6: team.size must be a whole number, not the number 3.0"),
            ("size: 3", "size: true", "6: team.size must be a whole number, not true"),
            (", size: 3", "", "6: team.size is missing"),
            ("max: 4}", "max: 4, ideal: 3}", "6: team.ideal is not a known key"),
            ("decisions:", "rule: majorty\ndecisions:", "7: rule must be one of plurality, majority"),
            ("decisions:", "rule: majorty\ndecisions:", "did you mean majority?"),
            ("decisions:", "rule: 3\ndecisions:", "7: rule must be one of plurality"),
            ("decisions:", "rounds: 3\ndecisions:", "7: rounds is 3: at most 2"),
            ("decisions:", "vote_seconds: 29\ndecisions:", "7: vote_seconds is 29: at least 30"),
            ("decisions:", "patience_seconds: 601\ndecisions:", "7: patience_seconds is 601: at most 600"),
            ("decisions:", "lobby_seconds: 9\ndecisions:", "7: lobby_seconds is 9: at least 10"),
            ("trade_off", "tradeoff", "options[0].tradeoff is not a known key; did you mean trade_off?"),
            ("- An ambulance", "- 7\n          - An ambulance", "16: decisions[0].options[0].risks[0] must"),
            ("- An ambulance comes late.", "- A\n" + "          - B\n" * 3, "risks has 4 entries: at most 3"),
            ("Leave it open", "close IT", "17: decisions[0].options[1].title repeats"),
            (
                "        description: Traffic goes on as on every evening.\n",
                "",
                "17: decisions[0].options[1].desc",
            ),
        ],
    )
    def test_each_mistake_is_told_in_plain_words_at_its_line(self, old, new, expected):
        (problem,) = problems(BRIDGE.replace(old, new, 1))

        assert expected in problem

    def test_a_quest_needs_a_decision_and_a_decision_needs_two_options(self):
        head = BRIDGE.partition("decisions:")[0]
        one_option = BRIDGE.partition("      - title: Leave")[0]

        assert problems(head + "decisions: []") == ["bridge.yaml:7: decisions has 0 entries: at least 1 are needed"]
        assert problems(one_option) == ["bridge.yaml:10: decisions[0].options has 1 entries: at least 2 are needed"]

    def test_a_key_that_is_written_twice_is_refused(self):
        assert problems(BRIDGE + "slug: another\n") == ["bridge.yaml:19: slug is written twice, first on line 2"]

    def test_a_key_that_is_not_a_word_is_refused(self):
        assert "the file has a key that is a list or a block" in problems(BRIDGE + "[a, b]: c\n")[0]
        assert problems(BRIDGE + "7: c\n") == ["bridge.yaml:19: 7 is not a known key"]

    @pytest.mark.parametrize("invisible", [r'"\u200b"', r'"\u00a0"', '"   "', r'"\t"'])
    def test_a_text_in_which_nothing_can_be_seen_is_blank(self, invisible):
        (problem,) = problems(bridge_with("title: The bridge", f"title: {invisible}"))

        assert problem.startswith("bridge.yaml:3: title is blank")

    @pytest.mark.parametrize(
        ("escape", "name"),
        [(r"\a", "U+0007"), (r"\0", "U+0000"), (r"\u202e", "U+202E"), (r"\ud800", "U+D800")],
    )
    def test_an_escaped_control_character_is_refused(self, escape, name):
        (problem,) = problems(bridge_with("title: The bridge", f'title: "The{escape}bridge"'))

        assert problem == f"bridge.yaml:3: title contains the control character {name}, which cannot be shown"

    def test_raw_control_characters_are_refused_along_with_everything_else(self):
        text = BRIDGE.replace("The bridge", "The\x07bridge").replace("Nobody crosses", "Nobody\u202ecrosses")

        assert problems(text + "colour: blue\n") == [
            "bridge.yaml:3: the file contains the control character U+0007, which has no place in a quest",
            "bridge.yaml:12: the file contains the control character U+202E, which has no place in a quest",
            "bridge.yaml:19: colour is not a known key",
        ]

    def test_a_key_cannot_forge_a_line_of_the_report(self):
        found = problems(BRIDGE + '"x\\nother.yaml:1: fine": 1\n')

        assert found == ['bridge.yaml:19: "x\\nother.yaml:1: fine" is not a known key']
