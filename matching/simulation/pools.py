"""Simulated people as the team-former wants them: profiles in, a pool of arrays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.former import UNSTATED, Pool
from matching.former.coding import EVERY, bits_of, codes_of
from matching.simulation.people import Profile


@dataclass(frozen=True, slots=True)
class Coded:
    """Everybody's attributes as the team-former wants them, a row for each of all who ever come."""

    languages: NDArray[np.uint64]
    interests: NDArray[np.uint64]
    codes: dict[str, NDArray[np.int32]]


CODED = ("gender", "country", "organisation", "occupation", "skill")


def coded(profiles: Sequence[Profile]) -> Coded:
    codes = {name: codes_of([getattr(profile, name) for profile in profiles]) for name in CODED}
    languages = bits_of([profile.languages for profile in profiles], none=EVERY)
    return Coded(languages, bits_of([profile.interests for profile in profiles]), codes)


def pool_of(everybody: Coded, rows: Sequence[int], waited: Sequence[float]) -> Pool:
    """The pool of these rows, who waits longest first; a row's ticket is its number, from 1."""
    chosen = np.asarray(rows, np.int64)
    alone = np.full(len(rows), UNSTATED, np.int32)
    none = np.empty((0, 2), np.int32)
    return Pool(
        tickets=chosen + 1,
        waited=np.asarray(waited, np.float64),
        parties=alone,
        lobbies=alone,
        languages=everybody.languages[chosen],
        interests=everybody.interests[chosen],
        blocks=none,
        recent=none,
        **{name: codes[chosen] for name, codes in everybody.codes.items()},
    )
