from __future__ import annotations

from dataclasses import dataclass, field

from matching.replay.measures import Measures
from matching.replay.person import Guest
from matching.replay.stage import Stage


@dataclass
class Played:
    """All that a replay has seen, people by their number in the export."""

    stages: list[Stage] = field(default_factory=list)
    guests: dict[int, Guest] = field(default_factory=dict)
    measures: Measures = field(default_factory=Measures)
    seconds: float = 0.0

    @property
    def people(self) -> int:
        return len(self.guests)
