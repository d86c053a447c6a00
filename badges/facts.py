"""What a badge's rule may ask of. Practice bots are in none of these numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class FirstRound:
    """The first votes on one decision: how many, and for how many different options."""

    votes: int
    options: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """A completed room as one person saw it who sat there until its end."""

    quest: str
    decisions: int
    # Everybody who played, and those of them who were there at the end.
    team: int
    stayed: int
    # Different countries of the team, of those who state theirs and show it to their team.
    countries: int
    # The decisions in whose first round this person voted, and whoever of the team voted least.
    votes: int
    fewest_votes: int
    # Of the decisions that this person voted on.
    first_rounds: tuple[FirstRound, ...]
    # The length of this person's longest reason, in characters, for each decision.
    reasons: tuple[int, ...]
    # When this person voted, on the clock of the event's time zone.
    voted_at: tuple[time, ...]
    made_last_commit: bool
    has_map: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """One person within their event."""

    completed_quests: int
    team_mates: int
    # Negative for whoever was there before the event opened.
    entered_after_opening: timedelta
