"""What came of a replay: plain data for a file, tables for a person, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matching.replay.played import Played
from matching.replay.recount import BadgeCount, Count, badge_count, counts, in_two_rooms, wrong_maps
from matching.replay.stage import Room, Stage
from rooms.quest_files.polis import PolisExport

MAP_SECONDS = 10.0


@dataclass(frozen=True)
class Bar:
    what: str
    measured: str
    bar: str
    is_held: bool


@dataclass(frozen=True)
class Report:
    facts: dict[str, Any]
    bars: list[Bar]

    @property
    def is_passed(self) -> bool:
        return all(bar.is_held for bar in self.bars)

    def as_json(self) -> dict[str, Any]:
        bars = [{"what": b.what, "measured": b.measured, "bar": b.bar, "held": b.is_held} for b in self.bars]
        return {**self.facts, "bars": bars, "passed": self.is_passed}


def report_on(export: PolisExport, played: Played, *, label: str, url: str, concurrency: int) -> Report:
    rooms = [room for stage in played.stages for room in stage.rooms.values()]
    tallies = counts(export, played.stages)
    wrong = [fault for stage in played.stages for fault in wrong_maps(stage)]
    badges = badge_count(played)
    facts = {
        "export": export.topic,
        "label": label,
        "url": url,
        "concurrency": concurrency,
        "totals": _totals(played, rooms),
        "traffic": _traffic(played),
        "endpoints": played.measures.endpoints(),
        "quests": [_quest(stage) for stage in played.stages],
        "statements": [_statement(count) for count in tallies],
        "badges": badges.awarded,
        "wrong_badges": badges.wrong,
        "wrong_maps": wrong,
        "in_two_rooms": in_two_rooms(played.stages),
        "failures": _failures(played.stages),
    }
    return Report(facts, [*_bars(played, rooms, tallies, wrong), _badges(badges)])


def _totals(played: Played, rooms: Sequence[Room]) -> dict[str, Any]:
    made = [room.seconds_to_map_on_the_server or 0.0 for room in rooms]
    seen = [room.seconds_to_map or 0.0 for room in rooms]
    return {
        "people": played.people,
        "player_quests": sum(len(stage.script.people) for stage in played.stages),
        "rooms": len(rooms),
        "votes": sum(len(room.votes) for room in rooms),
        "commits": sum(len(room.commits) for room in rooms),
        "maps": len({made for room in rooms for made in room.maps}),
        "slowest_map_made_seconds": round(max(made, default=0.0), 2),
        "slowest_map_seen_seconds": round(max(seen, default=0.0), 2),
        "without_a_team": sum(len(stage.without_team) for stage in played.stages),
        "true_singles": sum(stage.single is not None for stage in played.stages),
    }


def _traffic(played: Played) -> dict[str, Any]:
    measures = played.measures
    return {
        "seconds": round(played.seconds, 1),
        "requests": measures.requests,
        "requests_per_second": round(measures.requests / max(played.seconds, 0.001), 1),
        **measures.overall(),
        "refusals": dict(sorted(measures.refusals.items())),
        "server_errors": dict(sorted(measures.server_errors.items())),
        "connection_errors": dict(sorted(measures.connection_errors.items())),
    }


def _quest(stage: Stage) -> dict[str, Any]:
    return {
        "quest": stage.script.slug,
        "people": len(stage.script.people),
        "rooms": len(stage.rooms),
        "rooms_by_size": {str(size): number for size, number in stage.teams.items()},
        "without_a_team": sorted(stage.without_team),
        "true_single": stage.single,
    }


def _statement(count: Count) -> dict[str, Any]:
    keys = ("agree", "disagree", "pass")
    return {
        "quest": count.quest,
        "statement": count.statement,
        "text": count.text,
        "people": count.people,
        "echoroom": dict(zip(keys, count.echoroom, strict=True)),
        "votes_csv": dict(zip(keys, count.export, strict=True)),
        "equal": count.is_equal,
    }


def _failures(stages: Iterable[Stage]) -> list[str]:
    return [
        f"{stage.script.slug}, person {person}: {reason}"
        for stage in stages
        for person, reason in sorted(stage.failed.items())
    ]


def _badges(count: BadgeCount) -> Bar:
    what = "People whose badges are exactly those of the recount"
    return Bar(what, f"{count.right} of {count.people}", "all", count.right == count.people > 0)


def _bars(played: Played, rooms: Sequence[Room], tallies: Sequence[Count], wrong: Sequence[str]) -> list[Bar]:
    equal = sum(count.is_equal for count in tallies)
    errors = played.measures.server_errors.total()
    stranded = sum(len(stage.without_team - {stage.single}) for stage in played.stages)
    failed = sum(len(stage.failed) for stage in played.stages)
    doubled = in_two_rooms(played.stages)
    completed = [room for room in rooms if room.completed_at]
    mapped = [room for room in completed if len(room.maps) == 1 and room.document]
    maps = {made for room in rooms for made in room.maps}
    slowest = max((room.seconds_to_map or 0.0 for room in mapped), default=0.0)
    return [
        Bar("Statements with equal tallies", f"{equal} of {len(tallies)}", "all", equal == len(tallies) > 0),
        Bar("Maps that say something else than was played", str(len(wrong)), "0", not wrong),
        Bar("Server errors (5xx)", str(errors), "0", errors == 0),
        Bar("People without a team who were no true single", str(stranded), "0", stranded == 0),
        Bar("People in two rooms at once", str(len(doubled)), "0", not doubled),
        Bar("People who could not finish", str(failed), "0", failed == 0),
        Bar(
            "Rooms completed",
            f"{len(completed)} of {len(rooms)}",
            "all",
            len(completed) == len(rooms) > 0,
        ),
        Bar(
            "Completed rooms with exactly one map",
            f"{len(mapped)} of {len(completed)}",
            "all",
            len(mapped) == len(completed) == len(maps),
        ),
        Bar("Slowest map, as its team saw it", f"{slowest:.1f} s", f"{MAP_SECONDS:.0f} s", slowest <= MAP_SECONDS),
    ]
