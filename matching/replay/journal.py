"""Who played where, with whom, and voted what: one JSON object a line, for whoever wants to count again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matching.replay.person import REASON, name_of
from matching.replay.played import Played
from matching.replay.stage import Room, Stage


def write_journal(path: Path, played: Played) -> None:
    with path.open("w", encoding="utf-8") as file:
        for entry in entries(played):
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def entries(played: Played) -> Iterator[dict[str, Any]]:
    """The event, the people, then each quest with its rooms."""
    guests = played.guests
    for guest in list(guests.values())[:1]:
        yield {"kind": "event", "opens_at": guest.event["opens_at"], "time_zone": guest.event["time_zone"]}
    for person, guest in sorted(guests.items()):
        yield {
            "kind": "person",
            "person": person,
            "participant": guest.participant,
            "entered_at": guest.entered_at.isoformat(),
            "country": guest.country,
            "badges": guest.badges,
        }
    for stage in played.stages:
        yield from _of_quest(stage)


def _of_quest(stage: Stage) -> Iterator[dict[str, Any]]:
    statements = [line.statement.id for line in stage.script.lines]
    yield {"kind": "quest", "quest": stage.script.slug, "statements": statements, "people": stage.script.people}
    for room in stage.rooms.values():
        yield _room(room, statements)
    if stage.single is not None:
        yield {"kind": "single", "quest": stage.script.slug, "person": stage.single}
    for person, reason in sorted(stage.failed.items()):
        yield {"kind": "failure", "quest": stage.script.slug, "person": person, "reason": reason}


def _room(room: Room, statements: list[int]) -> dict[str, Any]:
    seen, made = room.seconds_to_map, room.seconds_to_map_on_the_server
    times, authors = _times(room), _authors(room)
    return {
        "kind": "room",
        "quest": room.quest,
        "room": room.code,
        "completed": room.completed_at is not None,
        "decisions": len(statements),
        "people": sorted(room.people),
        # Nobody of the replay leaves a room.
        "finished": sorted(room.people),
        "votes": [
            {
                "person": person,
                "decision": decision,
                "statement": statements[decision - 1],
                "round": 1,
                "option": option,
                "reason": REASON,
                "cast_at": times.get((person, decision)),
            }
            for (person, decision), option in sorted(room.votes.items())
        ],
        "commits": [
            {
                "decision": decision,
                "statement": statements[decision - 1],
                "option": option,
                "author": authors.get(decision),
            }
            for decision, option in sorted(room.commits.items())
        ],
        "maps": sorted(room.maps),
        "seconds_until_map_was_made": made,
        "seconds_until_map_was_seen": None if seen is None else round(seen, 3),
    }


def _times(room: Room) -> dict[tuple[int, int], str]:
    """When each vote arrived, by the clock that the rules go by: the server's, as the map tells it."""
    places = _people(room)
    return {
        (places[vote["place"]], decision["number"]): vote["cast_at"]
        for decision in _decisions(room)
        for vote in decision["rounds"][0]["votes"]
        if vote["place"] in places
    }


def _authors(room: Room) -> dict[int, int | None]:
    """Who wrote each commit. Several may have asked for it at once, so that only the map knows."""
    places = _people(room)
    return {
        decision["number"]: places.get(decision["commit"]["author"])
        for decision in _decisions(room)
        if decision["commit"]
    }


def _decisions(room: Room) -> list[dict[str, Any]]:
    return room.document["decisions"] if room.document else []


def _people(room: Room) -> dict[int, int]:
    """The map's places → people, as far as it names those who played."""
    numbers = {name_of(person): person for person in room.people}
    members = room.document["members"] if room.document else []
    return {member["place"]: numbers[member["name"]] for member in members if member["name"] in numbers}
