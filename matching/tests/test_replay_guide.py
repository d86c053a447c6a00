"""What the guide says of the replay's verdict."""

from __future__ import annotations

from pathlib import Path

from matching.replay.played import Played
from matching.replay.report import report_on
from rooms.quest_files.polis import read_export
from rooms.tests.deliberation import write_export


def test_the_guide_has_a_row_for_each_bar(tmp_path):
    nobody_played = Played()
    report = report_on(read_export(write_export(tmp_path / "x")), nobody_played, label="", url="", concurrency=1)
    guide = (Path(__file__).resolve().parents[2] / "docs/replay.md").read_text(encoding="utf-8")
    _, _, *rows = guide.partition("## The verdict")[2].partition("| what | bar |")[2].partition("\n\n")[0].splitlines()
    assert len(rows) == len(report.bars)
