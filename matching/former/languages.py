"""Order among languages, so that those who speak a rare one are found next to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def rarest(languages: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each unit the rank of its rarest language that is not its own alone, the rarest first."""
    if np.bitwise_and.reduce(languages, initial=~np.uint64(0)):
        return np.zeros(len(languages), np.int64)
    bits = np.uint64(1) << np.arange(64, dtype=np.uint64)
    speakers = np.array([np.count_nonzero(languages & bit) for bit in bits])
    rank = np.full(len(languages), 64, np.int64)
    order = sorted((bit for bit in range(64) if speakers[bit] > 1), key=lambda bit: (-speakers[bit], bit))
    for place, bit in enumerate(order):
        rank[(languages & bits[bit]) != 0] = len(order) - place
    return rank
