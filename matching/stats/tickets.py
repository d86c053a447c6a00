from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    WAITING = "waiting"
    MATCHED = "matched"
    LEFT = "left"
    EXPIRED = "expired"
    NO_TEAM = "no_team"
    # Went to practice with bots, or the quest was closed: says nothing about how the queue does.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Seen:
    """One ticket at one moment. Times are seconds: `waited` in all, `since_joined` as its forecast counts.

    `ended` is how long ago it ended, None while it waits. `p90` is what was forecast when it was issued. `room` tells
    which of the matched came into one team.
    """

    group: str
    outcome: Outcome
    waited: float
    since_joined: float
    ended: float | None = None
    p90: int | None = None
    room: int | None = None

    @property
    def is_waiting(self) -> bool:
        return self.outcome is Outcome.WAITING

    @property
    def is_matched(self) -> bool:
        return self.outcome is Outcome.MATCHED

    def ended_within(self, seconds: float) -> bool:
        return self.ended is not None and self.ended <= seconds
