from __future__ import annotations

import os
from pathlib import Path

import pytest

from rooms.quest_files import dump_yaml, parse_yaml
from rooms.quest_files.polis import (
    OPTION_KEYS,
    PolisExport,
    PolisFileInvalid,
    Tally,
    players,
    quests,
    read_export,
    statement_quest_spec,
    tally,
)

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("POLIS_DATA") or REPOSITORY.parent / "shared/data/polis-affordable-housing")

SUMMARY = "topic,Trams for the old town\nurl,https://example.org/trams\n"
COMMENTS = """\
timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1,x,0,0,3,0,1,A tram stops nearer to the door than a bus.
2,x,1,0,9,9,1,"The square needs quiet,
and a tram is not quiet.
"
3,x,2,1,1,1,1,Tickets are too dear.
4,x,3,1,0,0,1,Nobody has voted on this.
"""
# Voter 7 changes from agree to disagree; 8 votes twice in one millisecond; 9 has an older vote further down.
VOTES = """\
timestamp,datetime,comment-id,voter-id,vote
10,x,0,7,1
11,x,1,7,1
12,x,2,7,0
90,x,1,7,-1
20,x,0,8,1
21,x,1,8,1
21,x,1,8,-1
22,x,2,8,1
30,x,0,9,1
40,x,2,9,-1
35,x,2,9,1
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "summary.csv").write_text(SUMMARY, encoding="utf-8")
    (tmp_path / "comments.csv").write_text(COMMENTS, encoding="utf-8")
    (tmp_path / "votes.csv").write_text(VOTES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def trams(directory: Path) -> PolisExport:
    return read_export(directory)


@pytest.fixture(scope="module")
def housing() -> PolisExport:
    return read_export(REAL)


def refusal(directory: Path) -> list[str]:
    with pytest.raises(PolisFileInvalid) as caught:
        read_export(directory)
    return str(caught.value).splitlines()


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


class TestReading:
    def test_the_topic_and_the_statements_are_read_in_the_order_of_their_ids(self, trams):
        assert trams.topic == "Trams for the old town"
        assert [statement.id for statement in trams.statements] == [0, 1, 2, 3]

    def test_a_statement_of_several_lines_becomes_one_line(self, trams):
        assert trams.statements[1].text == "The square needs quiet, and a tram is not quiet."

    def test_a_later_vote_replaces_an_earlier_one(self, trams):
        assert trams.votes[7, 1] == -1

    def test_of_two_votes_in_the_same_millisecond_the_later_row_counts(self, trams):
        assert trams.votes[8, 1] == -1

    def test_an_older_vote_further_down_does_not_count(self, trams):
        assert trams.votes[9, 2] == -1

    def test_tallies_are_recounted_from_the_last_votes(self, trams):
        assert [statement.tally for statement in trams.statements] == [
            Tally(agrees=3, disagrees=0, passes=0),
            Tally(agrees=0, disagrees=2, passes=0),
            Tally(agrees=1, disagrees=1, passes=1),
            Tally(agrees=0, disagrees=0, passes=0),
        ]
        assert [statement.counts_differ for statement in trams.statements] == [False, True, False, False]
        assert (trams.rows, len(trams.votes)) == (11, 8)

    def test_columns_may_stand_in_any_order_after_a_byte_order_mark(self, directory, trams):
        lines = [",".join(reversed(line.split(","))) for line in VOTES.splitlines()]
        (directory / "votes.csv").write_text("\ufeff" + "\r\n".join(lines) + "\r\n\r\n", encoding="utf-8")

        assert read_export(directory) == trams


class TestQuests:
    def test_statements_are_ranked_by_their_voters_and_ties_by_the_lowest_id(self, trams):
        (quest,) = quests(trams)

        assert [(statement.id, statement.tally.voters) for statement in quest] == [(0, 3), (2, 3), (1, 2)]

    def test_the_size_of_a_quest_can_be_chosen(self, trams):
        assert [[statement.id for statement in quest] for quest in quests(trams, size=2)] == [[0, 2], [1, 3]]

    def test_those_play_who_voted_on_every_statement(self, trams):
        (quest,) = quests(trams)

        assert players(trams, quest) == [7, 8]
        assert players(trams, quest[:2]) == [7, 8, 9]

    def test_a_tally_counts_the_last_votes_of_the_people_asked_for(self, trams):
        tickets = trams.statements[2]

        assert tally(trams, tickets, [7, 8, 8]) == Tally(agrees=1, disagrees=0, passes=1)
        assert tally(trams, tickets, [1234]) == Tally(0, 0, 0)
        assert tally(trams, tickets, [7, 8, 9]) == tickets.tally

    def test_a_quest_asks_for_agree_disagree_or_pass_on_the_full_statement(self, trams):
        spec = statement_quest_spec(trams, 1, quests(trams)[0])

        assert (spec.slug, spec.title) == ("statements-01", "Trams for the old town, part 1")
        assert (spec.rule, spec.rounds, spec.patience_seconds) == ("plurality", 1, 5)
        assert (spec.team_min, spec.team_size, spec.team_max) == (2, 3, 4)
        assert spec.decisions[2].question == "The square needs quiet, and a tram is not quiet."
        for decision in spec.decisions:
            assert [(key, option.title) for key, option in decision.keyed_options()] == [
                (OPTION_KEYS[1], "Agree"),
                (OPTION_KEYS[-1], "Disagree"),
                (OPTION_KEYS[0], "Pass"),
            ]

    def test_a_long_statement_is_cut_at_a_word_in_the_label_only(self, directory):
        words = "The old town is not a museum and its people have to get to work in the morning somehow."
        rewrite(directory / "comments.csv", "Tickets are too dear.", words)
        export = read_export(directory)
        decision = statement_quest_spec(export, 1, quests(export)[0]).decisions[1]

        assert decision.title == "The old town is not a museum and its people have to get to…"
        assert decision.question == words

    def test_a_statement_too_long_for_a_question_stands_whole_in_the_context(self, directory):
        words = ("slow " * 200).strip()
        rewrite(directory / "comments.csv", "Tickets are too dear.", words)
        export = read_export(directory)
        spec = statement_quest_spec(export, 1, quests(export)[0])

        assert len(spec.decisions[1].question) <= 400
        assert spec.decisions[1].context == words
        assert parse_yaml(dump_yaml(spec), filename="s.yaml") == spec

    def test_a_long_topic_still_makes_a_quest_that_can_be_stored(self, directory):
        (directory / "summary.csv").write_text("topic," + "housing " * 60, encoding="utf-8")
        export = read_export(directory)
        spec = statement_quest_spec(export, 12, quests(export)[0])

        assert spec.title.endswith("…, part 12")
        assert parse_yaml(dump_yaml(spec), filename="s.yaml") == spec


class TestBrokenExports:
    @pytest.mark.parametrize("name", ["summary.csv", "comments.csv", "votes.csv"])
    def test_a_missing_file_is_named(self, directory, name):
        (directory / name).unlink()

        assert refusal(directory) == [f"{name}: the file is missing"]

    def test_a_file_that_is_a_directory_cannot_be_read(self, directory):
        (directory / "votes.csv").unlink()
        (directory / "votes.csv").mkdir()

        assert refusal(directory)[0].startswith("votes.csv: the file cannot be read")

    @pytest.mark.parametrize(
        ("name", "old", "new", "expected"),
        [
            ("summary.csv", "topic,Trams for the old town", "title,x", "summary.csv:1: topic is missing"),
            ("votes.csv", "voter-id", "voter", "votes.csv:1: voter-id is missing"),
            ("comments.csv", "comment-body", "body", "comments.csv:1: comment-body is missing"),
            (
                "votes.csv",
                "11,x,1,7,1",
                "11,x,1,seven,1",
                'votes.csv:3: voter-id must be a whole number, not "s',
            ),
            ("votes.csv", "11,x,1,7,1", "11,x,1,7,", 'votes.csv:3: vote must be a whole number, not ""'),
            ("votes.csv", "11,x,1,7,1", "1.5,x,1,7,1", "votes.csv:3: timestamp must be a whole number"),
            ("votes.csv", "11,x,1,7,1", "11,x,1,1_0,1", "votes.csv:3: voter-id must be a whole number"),
            ("votes.csv", "11,x,1,7,1", "11,x,1,7,2", "votes.csv:3: vote is 2: only 1 (agree)"),
            ("votes.csv", "11,x,1,7,1", "11,x,99,7,1", "votes.csv:3: comment-id 99 is not in comments.csv"),
            ("votes.csv", "11,x,1,7,1", "11,x,1,7", "votes.csv:3: the row has 4 fields where"),
            ("votes.csv", "11,x,1,7,1", '11,"x"x,1,7,1', "votes.csv:3: the file is not valid CSV"),
            ("comments.csv", "3,x,2,", "3,x,0,", "comments.csv:6: comment-id 0 has been used before"),
            ("comments.csv", "3,x,2,", "3,x,two,", "comments.csv:6: comment-id must be a whole number"),
            ("comments.csv", "Tickets are too dear.", "   ", "comments.csv:6: comment-body is blank"),
            ("comments.csv", "Tickets", "T" * 1200, "comments.csv:6: comment-body has 1214 characters"),
            (
                "comments.csv",
                "Tickets are too dear.",
                '"Tickets',
                "comments.csv:6: the file is not valid CSV",
            ),
        ],
    )
    def test_a_mistake_is_told_with_its_file_and_line(self, directory, name, old, new, expected):
        rewrite(directory / name, old, new)

        assert refusal(directory)[0].startswith(expected)

    def test_all_wrong_rows_of_a_file_are_told_up_to_a_hundred(self, directory):
        wrong = "".join(f"1,x,0,{voter},5\n" for voter in range(150))
        (directory / "votes.csv").write_text(VOTES + wrong, encoding="utf-8")
        found = refusal(directory)

        assert len(found) == 100
        assert found[0].startswith("votes.csv:13: vote is 5")

    def test_a_file_that_is_not_utf8_says_on_which_line(self, directory):
        (directory / "comments.csv").write_bytes(COMMENTS.replace("dear", "chères").encode("latin-1"))

        assert refusal(directory) == ["comments.csv:6: the file is not UTF-8 text"]

    def test_an_empty_file_lacks_its_columns(self, directory):
        (directory / "votes.csv").write_text("", encoding="utf-8")

        assert "votes.csv:1: vote is missing among the columns" in refusal(directory)

    def test_control_characters_of_a_foreign_text_become_spaces(self, directory):
        rewrite(directory / "comments.csv", "Tickets are", "Tickets\x0b\u202eare")

        assert read_export(directory).statements[2].text == "Tickets are too dear."


@pytest.mark.skipif(
    not (REAL / "votes.csv").exists(),
    reason=f"the real export is not at {REAL}: set POLIS_DATA to its directory",
)
class TestTheRealExport:
    def test_of_15076_votes_14995_count(self, housing):
        assert (housing.rows, len(housing.votes)) == (15_076, 14_995)

    def test_the_counts_of_the_file_are_wrong_for_41_statements(self, housing):
        assert sum(statement.counts_differ for statement in housing.statements) == 41

    def test_the_first_ten_quests_hold_1655_player_quests(self, housing):
        first_ten = quests(housing)[:10]

        assert sum(len(players(housing, quest)) for quest in first_ten) == 1655
        assert sum(len(players(housing, quest)) % 3 == 1 for quest in first_ten) == 1
        assert sum(len(players(housing, quest)) % 3 == 2 for quest in first_ten) == 5

    def test_places_30_and_31_tie_and_the_lower_id_goes_first(self, housing):
        ranked = [statement for quest in quests(housing) for statement in quest]

        assert ranked[29].tally.voters == ranked[30].tally.voters
        assert ranked[29].id < ranked[30].id

    def test_every_quest_of_it_can_be_stored(self, housing):
        for number, quest in enumerate(quests(housing), start=1):
            spec = statement_quest_spec(housing, number, quest)
            assert parse_yaml(dump_yaml(spec), filename=spec.slug) == spec
