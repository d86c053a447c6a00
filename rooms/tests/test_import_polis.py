from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from echoroom.events.models import Event, EventCode
from rooms.models import Decision, Quest, QuestVersion
from rooms.tests.deliberation import STATEMENTS, write_export

pytestmark = pytest.mark.django_db


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return write_export(tmp_path / "trams")


def import_polis(directory: Path, *arguments: str, event: str = "TRAMS-26") -> str:
    out = StringIO()
    call_command("import_polis", str(directory), "--event", event, *arguments, stdout=out)
    return out.getvalue()


def versions() -> list[tuple[str, int]]:
    return list(QuestVersion.objects.order_by("quest__slug", "number").values_list("quest__slug", "number"))


def test_an_export_becomes_an_event_that_lets_people_in(directory):
    told = import_polis(directory)

    code = EventCode.objects.select_related("event").get()
    assert (code.code, code.event.name) == ("TRAMS-26", "Trams for the old town")
    assert f"Join link  {code.join_url}" in told
    assert "2 of 2 quests imported." in told


def test_statements_become_decisions_three_to_a_quest_most_voters_first(directory):
    import_polis(directory)

    assert versions() == [("statements-01", 1), ("statements-02", 1)]
    decisions = Decision.objects.order_by("version__quest__slug", "number")
    assert [decision.question for decision in decisions] == [STATEMENTS[number] for number in range(6)]
    for decision in decisions:
        options = decision.options.order_by("key").values_list("key", "title")
        assert list(options) == [("A", "Agree"), ("B", "Disagree"), ("C", "Pass")]


def test_a_second_import_changes_nothing_and_says_so(directory):
    import_polis(directory)
    before = list(Quest.objects.order_by("slug").values_list("pk", "current_id"))

    told = import_polis(directory, event="trams-26")

    assert "All 2 quests were there already: nothing was imported." in told
    assert list(Quest.objects.order_by("slug").values_list("pk", "current_id")) == before
    assert (Event.objects.count(), EventCode.objects.count(), QuestVersion.objects.count()) == (1, 1, 2)


def test_a_later_import_adds_what_was_left_out(directory):
    assert "1 of 1 quests imported." in import_polis(directory, "--quests", "1")

    assert "1 of 2 quests imported." in import_polis(directory)
    assert versions() == [("statements-01", 1), ("statements-02", 1)]


def test_a_statement_that_was_reworded_makes_the_next_version_of_its_quest_only(directory):
    import_polis(directory)
    comments = directory / "comments.csv"
    comments.write_text(comments.read_text("utf-8").replace("Tickets are too dear", "Tickets are cheap"), "utf-8")

    import_polis(directory)

    assert versions() == [("statements-01", 1), ("statements-01", 2), ("statements-02", 1)]


def test_an_export_can_be_imported_into_an_event_that_is_there(directory):
    import_polis(directory, "--quests", "1")
    Event.objects.update(name="Our weekend")

    assert "Our weekend" in import_polis(directory)
    assert Event.objects.count() == 1


def test_a_broken_export_names_file_and_line_and_leaves_nothing(directory):
    votes = directory / "votes.csv"
    votes.write_text(votes.read_text("utf-8") + "9,x,0,8,2\n9,x,77,8,1\n", "utf-8")
    last = len(votes.read_text("utf-8").splitlines())

    with pytest.raises(CommandError) as caught:
        import_polis(directory)

    assert f"votes.csv:{last - 1}: vote is 2" in str(caught.value)
    assert f"votes.csv:{last}: comment-id 77 is not in comments.csv" in str(caught.value)
    assert not Event.objects.exists()


def test_a_missing_export_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"summary.csv: the file is missing"):
        import_polis(tmp_path / "nowhere")


def test_a_code_that_cannot_be_one_leaves_no_event(directory):
    with pytest.raises(CommandError, match="4 to 20 of"):
        import_polis(directory, event="!")

    assert not Event.objects.exists()


@pytest.mark.parametrize("event", ["TRAMS-26", "NEW-26"], ids=["into one that is there", "into a new one"])
def test_an_export_of_two_statements_makes_no_event_and_says_why(directory, tmp_path, event):
    import_polis(directory)
    small = write_export(tmp_path / "small")
    comments, votes = small / "comments.csv", small / "votes.csv"
    keep_statements(comments, {"0", "1"})
    keep_statements(votes, {"0", "1"})

    with pytest.raises(CommandError, match=r"Nothing was imported\. A quest takes three statements"):
        import_polis(small, event=event)

    assert (Event.objects.count(), EventCode.objects.count(), QuestVersion.objects.count()) == (1, 1, 2)


def keep_statements(table: Path, wanted: set[str]) -> None:
    with table.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    number = head.index("comment-id")
    with table.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *(row for row in rows if row[number] in wanted)])


def test_quests_are_counted_from_one(directory):
    with pytest.raises(CommandError, match="--quests must be 1 or more"):
        import_polis(directory, "--quests", "0")
