"""A small deliberation, replayed against the whole application in this process."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.management import CommandError, call_command

from echoroom.asgi import http
from echoroom.events.models import EventCode, Participant
from echoroom.outbox.testing import deliver_all
from matching.management.commands import replay_polis
from matching.models import Ticket
from matching.replay import director
from matching.replay.badges import recount
from matching.replay.director import CannotPlay, Plan, play
from matching.replay.journal import write_journal
from matching.replay.person import Pauses
from matching.replay.played import Played
from matching.replay.progress import Progress
from matching.replay.report import Report, report_on
from matching.replay.scripts import scripts_of
from matching.replay.tables import as_text
from matching.services.ticking import tick
from rooms.models import Commit, DecisionMap, Membership, QuestVersion, Room, Vote
from rooms.quest_files.polis import PolisExport, read_export
from rooms.services.polis import import_export
from rooms.services.seating import start_room
from rooms.tests.deliberation import write_export

pytestmark = pytest.mark.django_db(transaction=True)

QUICK = Pauses(first=0.02, longest=0.05)
# One replay for all tests that only falsify what it reports: playing it anew for each would take them a minute.
PLAYED: list[Played] = []
BADGES = "People whose badges are exactly those of the recount"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return write_export(tmp_path / "trams")


@pytest.fixture
def export(directory: Path) -> PolisExport:
    return read_export(directory)


@pytest.fixture
def code(export: PolisExport) -> EventCode:
    return imported(export, "TRAMS-26")


def imported(export: PolisExport, code: str, **how: Any) -> EventCode:
    """Whoever waits in the event's queues has waited long enough after a second."""
    found = import_export(by=None, export=export, code=code, **how)
    QuestVersion.objects.update(patience_seconds=1)
    return found.code


@asynccontextmanager
async def workers() -> AsyncIterator[None]:
    """What beat and the workers would do, beside the requests."""

    def work() -> None:
        tick()
        deliver_all()

    async def go_on() -> None:
        while True:
            await sync_to_async(work)()
            await asyncio.sleep(0.02)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()


def replayed(export: PolisExport, code: EventCode, lines: list[str] | None = None, **plan: Any) -> Played:
    """Requests and workers run one after another in this thread, on the test's own database connection."""
    asked: dict[str, Any] = {
        "url": "http://testserver",
        "link": code.link_token,
        "concurrency": 8,
        "pauses": QUICK,
    } | plan
    write = (lines if lines is not None else []).append

    async def run() -> Played:
        async with workers():
            transport = httpx.ASGITransport(app=cast("Any", http))
            return await play(
                scripts_of(export), Plan(**asked), progress=Progress(write, is_terminal=False), transport=transport
            )

    return async_to_sync(run)()


def small_replay(export: PolisExport, code: EventCode) -> Played:
    """What a replay of this export once played, for the test to falsify; its rows may be gone by now."""
    if not PLAYED:
        PLAYED.append(replayed(export, code))
    return deepcopy(PLAYED[0])


def reported(export: PolisExport, played: Played) -> Report:
    return report_on(export, played, label="test", url="http://testserver", concurrency=8)


def broken_bars(report: Report) -> list[str]:
    return [bar.what for bar in report.bars if not bar.is_held]


class TestReplay:
    def test_everybody_plays_and_every_tally_agrees(self, export, code):
        played = replayed(export, code)
        report = reported(export, played)

        assert report.is_passed, as_text(report)
        totals = report.facts["totals"]
        assert (totals["people"], totals["player_quests"]) == (7, 11)
        assert totals["votes"] == Vote.objects.count()
        assert totals["commits"] == Commit.objects.count() == 3 * Room.objects.count()
        assert totals["maps"] == totals["rooms"] == DecisionMap.objects.count()
        assert set(Room.objects.values_list("state", flat=True)) == {Room.State.COMPLETED}
        # One seat for both quests.
        names = Participant.objects.order_by("name").values_list("name", flat=True)
        assert list(names) == [f"Person {number}" for number in range(1, 8)]
        assert set(Vote.objects.values_list("justification", flat=True)) == {"Imported vote, no reason given"}
        self.nobody_sat_in_two_rooms_at_once()
        # The last vote counts: person 1 had agreed first.
        first = report.facts["statements"][0]
        assert first["echoroom"] == first["votes_csv"]
        assert sum(first["echoroom"].values()) == len(played.stages[0].played)

    def nobody_sat_in_two_rooms_at_once(self) -> None:
        """By the tables: from taking the seat to the end of the room."""
        seats = Membership.objects.order_by("participant", "joined_at")
        times = seats.values_list("participant", "joined_at", "room__completed_at")
        pairs = [(before, after) for before, after in pairwise(times) if before[0] == after[0]]
        assert pairs, "somebody plays both quests"
        assert all(before[2] and before[2] <= after[1] for before, after in pairs)

    def test_the_last_one_without_anybody_left_is_a_true_single(self, tmp_path):
        # Of four one stays: whoever waits until the others' rooms have started.
        export = read_export(write_export(tmp_path / "four", people=4, of_the_second_quest=0))
        played = replayed(export, imported(export, "FOUR-26", count=1))
        report = reported(export, played)

        assert report.is_passed, as_text(report)
        quest = report.facts["quests"][0]
        seated_as_fourth = quest["rooms_by_size"] == {"4": 1}
        assert seated_as_fourth or quest["without_a_team"] == [quest["true_single"]]

    def test_progress_is_told_at_the_end_of_each_quest(self, tmp_path):
        export = read_export(write_export(tmp_path / "three", people=3, of_the_second_quest=3))
        lines: list[str] = []
        replayed(export, imported(export, "THREE-26"), lines)

        ends = [line for line in lines if "0 queue, 0 play" in line]
        assert [line.split(":")[0] for line in ends] == ["quest 1 of 2", "quest 2 of 2"]
        assert re.search(r"3 done · 9 votes · 1 maps · \d+ requests, \d+/s\n", ends[0])

    def test_a_quest_begins_when_all_its_people_may_queue_again(self, export, code, monkeypatch):
        monkeypatch.setattr(director, "MINUTE", 2.0)
        begins: dict[str, list[float]] = {}
        replayed(export, code, joins_per_minute=1)

        for ticket in Ticket.objects.select_related("quest"):
            begins.setdefault(ticket.quest.slug, []).append(ticket.joined_at.timestamp())
        assert min(begins["statements-02"]) - min(begins["statements-01"]) >= 1.5

    def test_a_wrong_link_is_told_before_anything_is_played(self, export, code):
        with pytest.raises(CannotPlay, match="link_invalid"):
            replayed(export, code, link="not-a-link")

    def test_an_event_without_the_quests_is_told(self, export, code, tmp_path):
        other = read_export(write_export(tmp_path / "b", people=3, of_the_second_quest=3))
        empty = import_export(by=None, export=other, code="OTHER-26", count=1)

        with pytest.raises(CannotPlay, match="no quest statements-02"):
            replayed(export, empty.code)

    def test_badges_that_never_come_are_waited_for_and_then_missed(self, tmp_path, monkeypatch):
        export = read_export(write_export(tmp_path / "three", people=3, of_the_second_quest=0))
        monkeypatch.setattr(director, "LONGEST_BADGES", 0.1)
        monkeypatch.setattr("badges.receivers.check_room", lambda **_: None)
        report = reported(export, replayed(export, imported(export, "THREE-26", count=1)))

        assert broken_bars(report) == [BADGES]
        assert "Person 1 was not given first_steps" in report.facts["wrong_badges"]


class TestVerdict:
    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        """One room a quest, in which nobody has to wait for patience to run out."""
        return write_export(tmp_path / "trams", people=3, of_the_second_quest=3)

    @pytest.fixture
    def played(self, export: PolisExport, code: EventCode) -> Played:
        return small_replay(export, code)

    def room(self, played: Played) -> Any:
        return next(iter(played.stages[0].rooms.values()))

    def test_a_vote_under_another_option_is_found(self, export, played):
        shown = self.room(played).document["decisions"][0]["rounds"][-1]
        vote = shown["votes"][0]
        shown["tally"][vote["option"]] -= 1
        vote["option"] = "A" if vote["option"] != "A" else "B"
        shown["tally"][vote["option"]] += 1

        report = reported(export, played)

        assert broken_bars(report) == [
            "Statements with equal tallies",
            "Maps that say something else than was played",
        ]
        assert "NO" in as_text(report)

    def test_votes_that_changed_owners_are_found_though_the_sum_is_right(self, export, played):
        for room in played.stages[0].rooms.values():
            votes = room.document["decisions"][0]["rounds"][-1]["votes"]
            if len({vote["option"] for vote in votes}) > 1:
                options = [vote["option"] for vote in votes]
                for vote, option in zip(votes, options[1:] + options[:1], strict=True):
                    vote["option"] = option
                break

        assert broken_bars(reported(export, played)) == ["Maps that say something else than was played"]

    def test_an_invented_reason_is_found(self, export, played):
        self.room(played).document["decisions"][2]["rounds"][0]["votes"][0]["justification"] = "Because."

        assert "a reason that was not given" in reported(export, played).facts["wrong_maps"][0]

    def test_a_slow_second_or_missing_map_fails(self, export, played):
        room = self.room(played)
        room.mapped_at = room.completed_at + 11
        assert broken_bars(reported(export, played)) == ["Slowest map, as its team saw it"]
        room.maps.add("another")
        assert "Completed rooms with exactly one map" in broken_bars(reported(export, played))
        room.maps.clear()
        assert "Completed rooms with exactly one map" in broken_bars(reported(export, played))

    def test_somebody_in_two_rooms_at_once_fails(self, export, played):
        first, second = (next(iter(stage.rooms.values())) for stage in played.stages)
        assert reported(export, played).facts["in_two_rooms"] == []
        second.document["room"]["started_at"] = first.document["room"]["started_at"]

        report = reported(export, played)

        assert broken_bars(report) == ["People in two rooms at once"]
        assert f"Person 1 sat in {first.code} and {second.code}" in report.facts["in_two_rooms"]

    def test_somebody_without_a_team_and_a_server_error_fail(self, export, played):
        stage = played.stages[1]
        self.room(played).people.discard(3)
        stage.failed[3] = "was not finished"
        played.measures.server_errors["GET /api/x: 500 server_error"] += 1

        broken = broken_bars(reported(export, played))

        assert "People without a team who were no true single" in broken
        assert "People who could not finish" in broken
        assert "Server errors (5xx)" in broken
        assert "person 3: was not finished" in as_text(reported(export, played))

    def test_a_badge_too_few_too_many_or_twice_is_found(self, export, played):
        guests = played.guests
        guests[1].badges.remove("first_steps")
        guests[2].badges.append("quest_master")
        guests[3].badges.append("first_steps")

        report = reported(export, played)

        assert broken_bars(report) == [BADGES]
        assert next(bar.measured for bar in report.bars if bar.what == BADGES) == "0 of 3"
        assert report.facts["wrong_badges"] == [
            "Person 1 was not given first_steps",
            "Person 2 was given quest_master, which is not due",
            "Person 3 was shown first_steps 2 times",
        ]
        assert "Person 1 was not given first_steps" in as_text(report)

    def test_the_journal_holds_what_the_badges_follow_from(self, played, tmp_path):
        write_journal(tmp_path / "journal.jsonl", played)
        lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()]

        shown = {line["person"]: set(line["badges"]) for line in lines if line["kind"] == "person"}
        assert recount(lines) == shown
        # One room a quest for the same three: nobody lacks the company, and somebody committed last.
        assert all({"first_steps", "team_player", "perfect_team", "early_bird"} <= keys for keys in shown.values())
        assert any("decision_maker" in keys for keys in shown.values())

    def test_the_journal_allows_the_same_count(self, export, played, tmp_path):
        write_journal(tmp_path / "journal.jsonl", played)
        entries = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()]

        rooms = [entry for entry in entries if entry["kind"] == "room"]
        votes = {(vote["person"], vote["statement"]): vote["option"] for room in rooms for vote in room["votes"]}
        keys = {1: "A", -1: "B", 0: "C"}
        assert votes == {pair: keys[export.votes[pair]] for pair in votes}
        assert len(votes) == 2 * 3 * 3, "two quests of three statements, for three people"
        assert all(len(room["maps"]) == 1 and len(room["commits"]) == 3 for room in rooms)


class TestCommand:
    @pytest.fixture
    def directory(self, tmp_path: Path) -> Path:
        """One room a quest, in which nobody has to wait for patience to run out."""
        return write_export(tmp_path / "trams", people=3, of_the_second_quest=3)

    @pytest.fixture
    def played(self, export: PolisExport, code: EventCode, monkeypatch: pytest.MonkeyPatch) -> Played:
        """The command meets a replay that has been played already: it has no server here."""
        played = small_replay(export, code)

        async def already(scripts: object, plan: Plan, *, progress: Progress) -> Played:
            assert plan.link == code.link_token
            return played

        monkeypatch.setattr(replay_polis, "play", already)
        return played

    def run(self, directory: Path, *arguments: str) -> str:
        out = StringIO()
        call_command("replay_polis", str(directory), "--url", "http://testserver/", *arguments, stdout=out)
        return out.getvalue()

    def test_it_reports_and_keeps_report_and_journal(self, directory, played, tmp_path):
        told = self.run(directory, "--json", str(tmp_path / "results" / "replay.json"))

        assert "| Statements with equal tallies " in told
        kept = json.loads((tmp_path / "results" / "replay.json").read_text("utf-8"))
        assert kept["passed"] is True
        assert (tmp_path / "results" / "replay.jsonl").exists()

    def test_it_ends_with_1_when_something_disagrees(self, directory, played):
        played.measures.server_errors["GET /api/x: 500 server_error"] += 1

        with pytest.raises(SystemExit) as ended:
            self.run(directory)

        assert ended.value.code == 1

    @pytest.mark.parametrize("how", ["--event=trams-26", "--join-link={link}", "--join-link=http://h/join/{link}/"])
    def test_the_link_is_given_or_found_by_the_code(self, directory, played, code, how):
        self.run(directory, how.format(link=code.link_token))

    def test_an_unknown_event_is_refused(self, directory):
        with pytest.raises(CommandError, match="No event here has the code NOWHERE"):
            self.run(directory, "--event", "NOWHERE")
        with pytest.raises(CommandError, match="No event here has an imported export"):
            self.run(directory)

    def test_a_broken_export_is_refused_with_file_and_line(self, directory, code):
        (directory / "votes.csv").write_text("timestamp,comment-id,voter-id,vote\n1,0,1,5\n", "utf-8")

        with pytest.raises(CommandError, match=r"votes\.csv:2: vote is 5"):
            self.run(directory)

    def test_numbers_below_one_are_refused(self, directory):
        with pytest.raises(CommandError, match="must be 1 or more"):
            self.run(directory, "--concurrency", "0")


def test_a_closed_room_does_not_hold_the_replay_up(export, code, monkeypatch):
    """An organiser closes the first room that starts: its people are reported, the others finish."""
    from rooms.services import seating

    closed: list[int] = []

    def start_and_close(**asked: Any) -> Room:
        room = start_room(**asked)
        if not closed:
            closed.append(room.pk)
            seating.close_room(by=None, room_id=room.pk)
        return room

    monkeypatch.setattr("rooms.api.views.seating.start_room", start_and_close)
    report = reported(export, replayed(export, code))

    assert "Rooms completed" in broken_bars(report)
    assert Room.objects.filter(state=Room.State.CLOSED).count() == 1
