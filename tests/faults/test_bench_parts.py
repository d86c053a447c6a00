"""What the heavy runs are made of, as far as it can be wrong by itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from bench import bars
from bench.bars import Bar
from bench.faults.victim import processes_of
from bench.sockets.busy import Ears, moves
from bench.sockets.places import DECISIONS, Place
from bench.sockets.run import percentile
from bench.sockets.stalled import held_connections


class TestBars:
    @pytest.mark.parametrize(
        ("bar", "held"),
        [
            (bars.all_of("x", 3, 3), True),
            (bars.all_of("x", 2, 3), False),
            # Of nothing nothing is shown.
            (bars.all_of("x", 0, 0), False),
            (bars.none_of("x", 0), True),
            (bars.none_of("x", 1), False),
            (bars.at_most("x", 60.0, 60.0, "s"), True),
            (bars.at_most("x", 60.1, 60.0, "s"), False),
        ],
    )
    def test_a_bar_is_held_or_not(self, bar, held):
        assert bar.held is held

    def test_the_table_says_what_was_not_held(self):
        lines = bars.table([Bar("Maps", "9 of 10", "all", False), Bar("Losses", "0", "0", True)]).splitlines()
        assert lines[0] == "| What   | Measured | Bar | Held |"
        assert lines[2] == "| Maps   | 9 of 10  | all | NO   |"
        assert lines[3] == "| Losses | 0        | 0   | yes  |"

    def test_the_file_passes_only_if_all_was_held(self, tmp_path, monkeypatch):
        monkeypatch.setattr(bars, "RESULTS", tmp_path / "results")
        path = bars.write("run", [bars.none_of("a", 0), bars.none_of("b", 1)], {"seed": 7})
        kept = json.loads(path.read_text("utf-8"))
        assert (kept["passed"], kept["seed"], [bar["held"] for bar in kept["bars"]]) == (False, 7, [True, False])


def test_a_process_group_is_seen_with_its_children_until_it_is_killed():
    code = (
        "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print()"
    )
    script = f"{code}; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-uc", script], stdout=subprocess.PIPE, start_new_session=True) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        assert len(processes_of(parent.pid)) == 2
        os.killpg(parent.pid, signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 5
        while processes_of(parent.pid) and time.monotonic() < deadline:
            pass
        assert processes_of(parent.pid) == []


def test_percentiles_are_times_that_were_measured():
    times = [number / 1000 for number in range(1, 101)]
    assert [percentile(times, share) for share in (50, 95, 99)] == pytest.approx([50, 95, 99])
    assert percentile([0.002], 95) == 2.0
    assert percentile([], 95) == 0.0


def test_a_game_of_five_has_more_than_two_hundred_changes_within_the_limits_of_each_person():
    team = [Place(f"t{number}", f"p{number}", "K7QX") for number in range(5)]
    made = list(moves(team))
    assert len(made) == 12 * DECISIONS == 240
    commits = [move.by for move in made if move.path == "/api/commit"]
    votes = [move.by for move in made if move.path == "/api/vote"]
    # In a minute 30 commits and 60 votes are allowed, and the game takes 48 s.
    assert max(map(commits.count, team)) <= 30
    assert max(map(votes.count, team)) <= 60


class Listening:
    def __init__(self) -> None:
        self.place = Place("t", "p", "K7QX")
        self.heard: Any = None


async def test_a_frame_that_comes_before_the_answer_counts_with_its_own_time():
    first, second = Listening(), Listening()
    ears = Ears([first, second])  # type: ignore[list-item]
    ears.expect(1 << 60)
    first.heard("room:K7QX", 7, 1.0)
    first.heard("room:K7QX", 7, 9.0)
    first.heard("me:p", 8, 2.0)
    ears.expect(7)
    assert ears.times == {0: 1.0}
    second.heard("room:K7QX", 6, 3.0)
    second.heard("room:K7QX", 8, 4.0)
    assert await ears.all_of_them()
    assert ears.times == {0: 1.0, 1: 4.0}


def test_a_connection_that_was_let_go_is_no_longer_held():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        port = server.getsockname()[1]
        accepted, _ = server.accept()
        assert client.getsockname()[1] in held_connections(port)
        accepted.close()
        assert client.getsockname()[1] not in held_connections(port)
