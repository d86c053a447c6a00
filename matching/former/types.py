from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

UNSTATED = -1
# Both kinds of bit sets hold this many bits: more different languages or interests than that in one pool share bits.
BITS = 64


@dataclass(frozen=True, slots=True)
class Pool:
    """Who waits and who already sits in a lobby: a row for each of the n people, who waits longest first.

    `lobbies` numbers the rooms that have not started and still have seats, from 0: their members are rows too, but
    stay where they are. Codes are arbitrary numbers from 0, `UNSTATED` for what somebody did not state.
    """

    tickets: NDArray[np.int64]  # (n,) ticket numbers; UNSTATED for who sits in a lobby
    waited: NDArray[np.float64]  # (n,) seconds
    parties: NDArray[np.int32]  # (n,) UNSTATED for who came alone
    lobbies: NDArray[np.int32]  # (n,) the lobby in which this person sits, UNSTATED for who waits
    languages: NDArray[np.uint64]  # (n,) a bit for each; all bits for who stated none
    interests: NDArray[np.uint64]  # (n,) a bit for each; none for who stated none
    gender: NDArray[np.int32]  # (n,)
    country: NDArray[np.int32]
    organisation: NDArray[np.int32]
    occupation: NDArray[np.int32]
    skill: NDArray[np.int32]
    blocks: NDArray[np.int32]  # (b, 2) rows that must not meet, in either order
    recent: NDArray[np.int32]  # (r, 2) rows that were in a team together lately

    def __len__(self) -> int:
        return len(self.tickets)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the quest promises: sizes of its teams, and how many seconds a wait for the ideal one may last."""

    minimum: int
    size: int
    maximum: int
    patience: float

    @property
    def promise(self) -> float:
        """Seconds after which whoever can be placed at all has been."""
        return 3 * self.patience


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each criterion counts. Raises `ValueError` for a negative one, or none at all."""

    gender: float = 1.0
    country: float = 1.0
    organisation: float = 1.0
    occupation: float = 1.0
    skill: float = 1.0
    interests: float = 0.5
    novelty: float = 1.0
    size: float = 1.0
    wait: float = 0.5

    def __post_init__(self) -> None:
        values = [getattr(self, field.name) for field in fields(self)]
        if any(not 0 <= value < float("inf") for value in values) or not any(values):
            raise ValueError("Weights are finite numbers from 0 on, and at least one is above 0.")


class Rule(StrEnum):
    """What gives way when somebody has waited, in this order. Languages, blocks, parties and sizes never do."""

    IDEAL_SIZE = "ideal_size"
    NO_RECENT = "no_recent_team_mates"
    NO_ISOLATION = "nobody_isolated"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A rule that a team did not keep, and the longest wait in it, in seconds, that allowed this."""

    rule: Rule
    second: float


@dataclass(frozen=True, slots=True)
class Team:
    """People for one room: a new one, or the lobby of this number. `score` and each criterion lie between 0 and 1."""

    tickets: tuple[int, ...]
    lobby: int
    score: float
    criteria: dict[str, float]
    relaxed: tuple[Relaxation, ...]
    runner_up: tuple[int, ...]
    runner_up_score: float


class Why(StrEnum):
    """Why somebody has no team yet."""

    MORE_PEOPLE = "more_people"  # `missing` more would do
    LANGUAGE = "language"  # nobody else here speaks a language of theirs
    TIME = "time"  # there is a team once rules give way; `missing` is 0
    NOBODY_FITS = "nobody_fits"  # no team even then, whoever waits


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Somebody who goes on waiting. `is_hopeless` if none of those in the pool could ever make a team with them."""

    ticket: int
    why: Why
    missing: int
    is_hopeless: bool


@dataclass(frozen=True, slots=True)
class Matching:
    """Teams and who is left. `score` is Σ |T|·g(s) / N over all who waited; the others are over teams alone.

    `rounds` of search were run: with them, the seed and the same pool the same teams come out again.
    """

    teams: tuple[Team, ...]
    unplaced: tuple[Unplaced, ...]
    score: float
    mean: float
    harmonic: float
    minimum: float
    rounds: int
