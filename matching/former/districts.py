"""Large pools fall into districts of some hundred units: pair matrices stay small, and time grows with the pool."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.former.languages import rarest
from matching.former.units import Units

LARGEST = 1200
USUAL = 600


def districts_of(units: Units, members: NDArray[np.intp], seed: int) -> list[NDArray[np.intp]]:
    """The members in districts of about equal size, each in order of wait. Who shares a rare language stays together.

    Everybody stands with the rarest of their languages that anybody else speaks; who stated none, anywhere.
    """
    if len(members) <= LARGEST:
        return [members]
    number = -(-len(members) // USUAL)
    shuffled = np.random.Generator(np.random.PCG64(seed)).permutation(members)
    if np.bitwise_and.reduce(units.languages[members]):
        return [np.sort(part) for part in np.array_split(shuffled, number)]
    anybody = units.languages[shuffled] == ~np.uint64(0)
    some, any_ = shuffled[~anybody], shuffled[anybody]
    some = some[np.argsort(rarest(units.languages[some]), kind="stable")]
    parts = zip(np.array_split(some, number), np.array_split(any_, number), strict=True)
    return [np.sort(np.concatenate(part)) for part in parts]
