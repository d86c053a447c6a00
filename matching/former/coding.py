"""What people state, as the numbers that a pool holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.former.types import BITS, UNSTATED

EVERY, NONE = ~np.uint64(0), np.uint64(0)


def codes_of(values: Sequence[str]) -> NDArray[np.int32]:
    """(n,) a number for each different value, whatever its capitals; `UNSTATED` for an empty one."""
    # Worked out once for each different value: thousands of people state a few dozen.
    folded = {value: value.strip().casefold() for value in set(values)}
    numbers = {value: number for number, value in enumerate(sorted(set(folded.values()) - {""}))}
    codes = {value: numbers.get(alike, UNSTATED) for value, alike in folded.items()}
    return np.array([codes[value] for value in values], np.int32)


def bits_of(values: Sequence[Sequence[str]], *, none: np.uint64 = NONE) -> NDArray[np.uint64]:
    """(n,) a bit for each different value, `none` for who states none; past `BITS` they share bits."""
    stated = [tuple(each) for each in values]
    folded = {each: {value.casefold() for value in each} for each in set(stated)}
    numbers = {value: number for number, value in enumerate(sorted(set().union(*folded.values())))}
    bits = {each: _union(numbers[value] % BITS for value in alike) or int(none) for each, alike in folded.items()}
    return np.array([bits[each] for each in stated], np.uint64)


def _union(bits: Iterable[int]) -> int:
    found = 0
    for bit in bits:
        found |= 1 << bit
    return found
