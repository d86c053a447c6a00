"""One quest while it is played: its rooms, and who has not found a team yet."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from matching.replay.scripts import Script


@dataclass
class Room:
    """What its people saw of one room. Times are seconds of the replay's own clock."""

    code: str
    quest: str
    people: set[int] = field(default_factory=set)
    votes: dict[tuple[int, int], str] = field(default_factory=dict)  # (person, decision) → option
    commits: dict[int, str] = field(default_factory=dict)
    maps: set[str] = field(default_factory=set)
    completed_at: float | None = None
    mapped_at: float | None = None
    closed: str = ""
    document: dict[str, Any] | None = None
    map_made_at: str = ""

    def completed(self) -> None:
        self.completed_at = self.completed_at or time.monotonic()

    @property
    def seconds_to_map_on_the_server(self) -> float | None:
        """By the server's own clock: from the last commit to the moment the worker wrote the map."""
        if self.document is None:
            return None
        ended = datetime.fromisoformat(self.document["room"]["completed_at"])
        return (datetime.fromisoformat(self.map_made_at) - ended).total_seconds()

    @property
    def seconds_to_map(self) -> float | None:
        """From the moment the first member knew of the end to the moment the first member saw the map."""
        if self.completed_at is None or self.mapped_at is None:
            return None
        return max(0.0, self.mapped_at - self.completed_at)


class Stage:
    def __init__(self, *, script: Script, quest_id: str) -> None:
        self.script = script
        self.quest_id = quest_id
        self.rooms: dict[str, Room] = {}
        self.unplaced = set(script.people)
        self.single: int | None = None
        self.failed: dict[int, str] = {}
        self.finished: set[int] = set()

    def room(self, code: str) -> Room:
        return self.rooms.setdefault(code, Room(code=code, quest=self.script.slug))

    def is_alone(self, person: int) -> bool:
        """Whether everybody else of the quest has a team, so that no later match can bring one."""
        return self.unplaced == {person}

    @property
    def played(self) -> set[int]:
        return {person for room in self.rooms.values() if room.completed_at for person in room.people}

    @property
    def teams(self) -> dict[int, int]:
        """How many rooms there were of each size."""
        return dict(sorted(Counter(len(room.people) for room in self.rooms.values()).items()))

    @property
    def without_team(self) -> set[int]:
        seated = {person for room in self.rooms.values() for person in room.people}
        return set(self.script.people) - seated
