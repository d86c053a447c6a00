"""When people come: four patterns, each of the same number of people in the same time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Pattern(StrEnum):
    POISSON = "poisson"
    RUSH = "rush"
    DRIP = "drip"
    ONE_SIDED = "one-sided"


# In a rush this share comes within the first tenth of the time.
RUSHING = 0.6
# When one group floods the queue: within the middle third, and these of ten who come then are of it.
FLOODING = 0.8


@dataclass(frozen=True, slots=True)
class Arrivals:
    """`seconds` in order, and who of them belongs to the one group that floods."""

    seconds: NDArray[np.float64]
    floods: NDArray[np.bool_]


def arrivals(pattern: Pattern, *, people: int, duration: float, rng: np.random.Generator) -> Arrivals:
    """Arrivals of so many people within `duration` seconds."""
    seconds = np.sort(_times(pattern, people, duration, rng))
    floods = np.zeros(people, bool)
    if pattern == Pattern.ONE_SIDED:
        in_the_middle = (seconds >= duration / 3) & (seconds < 2 * duration / 3)
        floods = in_the_middle & (rng.random(people) < FLOODING)
    return Arrivals(seconds, floods)


def _times(pattern: Pattern, people: int, duration: float, rng: np.random.Generator) -> NDArray[np.float64]:
    if pattern == Pattern.RUSH:
        rushing = round(people * RUSHING)
        rush = np.minimum(rng.exponential(duration / 30, rushing), duration - 1)
        return np.concatenate([rush, rng.uniform(0, duration, people - rushing)])
    if pattern == Pattern.DRIP:
        # One after the other, never two at once: evenly spaced, each up to 45 % of the space early or late.
        space = duration / people
        return (np.arange(people) + 0.5 + rng.uniform(-0.45, 0.45, people)) * space
    if pattern == Pattern.ONE_SIDED:
        # Twice as many in the middle third as in each of the others.
        third = rng.choice(3, people, p=[0.25, 0.5, 0.25])
        return (third + rng.random(people)) * duration / 3
    # Given their number, the arrivals of a Poisson process lie uniformly.
    return rng.uniform(0, duration, people)
