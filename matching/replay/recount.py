"""Holds what EchoRoom says against what was played: its maps against the export, its badges against a recount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.replay.badges import recount
from matching.replay.journal import entries
from matching.replay.person import REASON, name_of
from matching.replay.played import Played
from matching.replay.scripts import Script, recounted
from matching.replay.stage import Room, Stage
from rooms.quest_files.polis import PolisExport

KEYS = ("A", "B", "C")


@dataclass(frozen=True, kw_only=True)
class Count:
    """One statement: its tally in EchoRoom, summed over the maps, and that of the export over the same people."""

    quest: str
    statement: int
    text: str
    people: int
    echoroom: tuple[int, ...]
    export: tuple[int, ...]

    @property
    def is_equal(self) -> bool:
        return self.echoroom == self.export


def counts(export: PolisExport, stages: Iterable[Stage]) -> list[Count]:
    return [_count(export, stage, decision) for stage in stages for decision in range(1, len(stage.script.lines) + 1)]


def _count(export: PolisExport, stage: Stage, decision: int) -> Count:
    line, people = stage.script.lines[decision - 1], stage.played
    tally: Counter[str] = Counter()
    for room in stage.rooms.values():
        if shown := _decision(room, decision):
            tally.update(shown["rounds"][-1]["tally"])
    expected = recounted(export, line.statement, people)
    return Count(
        quest=stage.script.slug,
        statement=line.statement.id,
        text=line.statement.text,
        people=len(people),
        echoroom=tuple(tally[key] for key in KEYS),
        export=tuple(expected[key] for key in KEYS),
    )


def wrong_maps(stage: Stage) -> list[str]:
    """Where a map says something else than what happened: a sum can be right by accident, a name and its vote not."""
    return [
        f"{room.code}: {fault}"
        for room in stage.rooms.values()
        if room.document
        for fault in _faults(room, room.document, stage.script)
    ]


def _faults(room: Room, document: dict[str, Any], script: Script) -> Iterable[str]:
    if document["room"]["code"] != room.code:
        yield f"the map is that of room {document['room']['code']}"
    names = {member["place"]: member["name"] for member in document["members"]}
    if sorted(names.values()) != sorted(name_of(person) for person in room.people):
        yield f"the map names {sorted(names.values())}"
    for number, line in enumerate(script.lines, start=1):
        decision = _decision(room, number)
        if decision is None:
            yield f"decision {number} is missing"
            continue
        if decision["question"] != line.question:
            yield f"decision {number} asks something else"
        said = {(names[vote["place"]], vote["option"]) for vote in decision["rounds"][-1]["votes"]}
        if said != {(name_of(person), line.options[person]) for person in room.people}:
            yield f"decision {number} has votes that were not cast"
        if any(vote["justification"] != REASON for vote in decision["rounds"][-1]["votes"]):
            yield f"decision {number} has a reason that was not given"
        if decision["commit"]["option"] != room.commits.get(number, decision["commit"]["option"]):
            yield f"decision {number} has another commit than the one that was confirmed"


def in_two_rooms(stages: Iterable[Stage]) -> list[str]:
    """Who sat in two rooms at once, by the server's own clock as the maps tell it, from start to completion."""
    rooms = [room for stage in stages for room in stage.rooms.values() if room.document]
    rooms.sort(key=lambda room: _times(room)[0])
    latest: dict[int, Room] = {}
    found = []
    for room in rooms:
        for person in sorted(room.people):
            before = latest.get(person)
            if before is not None and _times(room)[0] < _times(before)[1]:
                found.append(f"{name_of(person)} sat in {before.code} and {room.code}")
            if before is None or _times(before)[1] < _times(room)[1]:
                latest[person] = room
    return found


def _times(room: Room) -> tuple[datetime, datetime]:
    assert room.document is not None
    told = room.document["room"]
    return datetime.fromisoformat(told["started_at"]), datetime.fromisoformat(told["completed_at"])


def _decision(room: Room, number: int) -> dict[str, Any] | None:
    decisions = room.document["decisions"] if room.document else []
    return next((decision for decision in decisions if decision["number"] == number), None)


@dataclass(frozen=True, kw_only=True)
class BadgeCount:
    """`awarded`: for each badge how many people were shown it. `wrong`: a sentence for each one too few or too many."""

    people: int
    right: int
    awarded: dict[str, int]
    wrong: list[str]


def badge_count(played: Played) -> BadgeCount:
    expected = recount(entries(played)) if played.guests else {}
    shown = {person: guest.badges for person, guest in played.guests.items()}
    return BadgeCount(
        people=len(shown),
        right=sum(1 for person, keys in shown.items() if keys == sorted(expected[person])),
        awarded=dict(sorted(Counter(key for keys in shown.values() for key in keys).items())),
        wrong=[
            fault for person, keys in sorted(shown.items()) for fault in _differences(person, keys, expected[person])
        ],
    )


def _differences(person: int, shown: list[str], expected: set[str]) -> Iterable[str]:
    yield from (f"{name_of(person)} was not given {key}" for key in sorted(expected - set(shown)))
    yield from (f"{name_of(person)} was given {key}, which is not due" for key in sorted(set(shown) - expected))
    yield from (f"{name_of(person)} was shown {key} {n} times" for key, n in Counter(shown).items() if n > 1)
