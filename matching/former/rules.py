"""Which teams may be, and what counts before any score.

Hard, whatever the wait: a language that all speak, nobody with somebody they blocked, parties whole, a size from the
minimum to the maximum, lobbies stay together. Soft rules give way to the longest wait in the team, in the order of
`Rule`: `level` 0 is below the patience, 1 from it on, 2 from twice and 3 from three times the patience on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.former.types import Rule, Terms

LEVEL_OF = {Rule.IDEAL_SIZE: 1, Rule.NO_RECENT: 2, Rule.NO_ISOLATION: 3}
PROMISED = 3

# What is taken off a matching's sum of |T|·g(s_T), each large enough that no gain of a lower line makes up for it
# among the few teams that a step looks at. So: first whoever is past the promise, then nobody isolated, then whoever
# is past the patience, then seats in lobbies, then as many people as possible; only then the score.
LEFT_OUT = np.array([2.0**5, 2.0**14, 2.0**14, 2.0**26])  # a person, by level
ISOLATING = 2.0**20  # a team
EMPTY_SEAT = 2.0**9  # of a lobby, below the ideal size
MET_LATELY = 2.0  # a pair

BITS_OF_A_CATEGORY = 3
GENDERS = 3


def levels(waited: NDArray[np.float64], terms: Terms) -> NDArray[np.int8]:
    steps = [waited >= terms.patience, waited >= 2 * terms.patience, waited >= terms.promise]
    return np.asarray(np.sum(steps, axis=0, dtype=np.int8))


def is_isolating(counts: tuple[int, ...]) -> bool:
    """Whether people of each stated category in a team leave one alone: two categories, one of them one person only.

    Then that person faces at least two others, all of the same other category. One of each of three isolates nobody,
    a pair neither; who stated nothing is not counted on either side. Nor does a party that is a team by itself: they
    came together.
    """
    stated = sorted(count for count in counts if count)
    return len(stated) == 2 and stated[0] == 1 and stated[1] >= 2


def _isolating() -> NDArray[np.bool_]:
    size = 1 << BITS_OF_A_CATEGORY * GENDERS
    mask = (1 << BITS_OF_A_CATEGORY) - 1
    shifts = [BITS_OF_A_CATEGORY * category for category in range(GENDERS)]
    return np.array([is_isolating(tuple(packed >> shift & mask for shift in shifts)) for packed in range(size)])


# By a team's counts per category, packed three bits each: `packed_gender` summed over its people.
ISOLATES = _isolating()


def packed_gender(gender: NDArray[np.signedinteger]) -> NDArray[np.int16]:
    """1 in the bits of each person's category, to be added up over a team of up to seven; 0 for who stated none."""
    return np.where(gender < 0, np.int16(0), 1 << BITS_OF_A_CATEGORY * np.maximum(gender, 0).astype(np.int16))
