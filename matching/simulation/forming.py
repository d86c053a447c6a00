"""The team-former over simulated people: profiles in, teams as positions in the queue out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.former import UNSTATED, Pool, Terms, Weights
from matching.former.types import BITS
from matching.simulation.people import Profile


@dataclass(frozen=True, slots=True)
class Formed:
    """A team of ticket numbers with its score and criteria."""

    tickets: tuple[int, ...]
    score: float
    criteria: dict[str, float]


@dataclass(frozen=True, slots=True)
class Formation:
    teams: list[Formed]
    hopeless: list[int]


@dataclass(frozen=True, slots=True)
class Coded:
    """Everybody's attributes as the team-former wants them, a row for each of all who ever come."""

    languages: NDArray[np.uint64]
    interests: NDArray[np.uint64]
    codes: dict[str, NDArray[np.int32]]


CODED = ("gender", "country", "organisation", "occupation", "skill")


def coded(profiles: Sequence[Profile]) -> Coded:
    spoken = [profile.languages for profile in profiles]
    languages = _bits(spoken)
    languages[[not each for each in spoken]] = ~np.uint64(0)
    codes = {name: _codes([getattr(profile, name) for profile in profiles]) for name in CODED}
    return Coded(languages, _bits([profile.interests for profile in profiles]), codes)


def _bits(values: Sequence[Sequence[str]]) -> NDArray[np.uint64]:
    """A bit for each value; the former says what becomes of more values than bits."""
    numbers = {value: n for n, value in enumerate(sorted({value for each in values for value in each}))}
    sets = [sum({1 << numbers[value] % BITS for value in each}) for each in values]
    return np.array(sets, np.uint64)


def _codes(values: Sequence[str]) -> NDArray[np.int32]:
    numbers = {value: n for n, value in enumerate(sorted(set(values) - {""}))}
    return np.array([numbers.get(value, UNSTATED) for value in values], np.int32)


def pool_of(everybody: Coded, rows: Sequence[int], waited: Sequence[float]) -> Pool:
    """The pool of these rows, who waits longest first; tickets are rows. Nobody sits in a lobby or blocks anybody."""
    chosen = np.asarray(rows, np.int64)
    alone = np.full(len(rows), UNSTATED, np.int32)
    none = np.empty((0, 2), np.int32)
    return Pool(
        tickets=chosen,
        waited=np.asarray(waited, np.float64),
        parties=alone,
        lobbies=alone,
        languages=everybody.languages[chosen],
        interests=everybody.interests[chosen],
        blocks=none,
        recent=none,
        **{name: codes[chosen] for name, codes in everybody.codes.items()},
    )


def formation(pool: Pool, terms: Terms, weights: Weights, seed: int) -> Formation:
    teams, taken = [], np.zeros(len(pool), bool)
    for seat in range(len(pool)):
        if taken[seat]:
            continue
        team, common = [seat], pool.languages[seat]
        for other in range(seat + 1, len(pool)):
            if len(team) < terms.size and not taken[other] and common & pool.languages[other]:
                team.append(other)
                common = common & pool.languages[other]
        if len(team) == terms.size or (len(team) >= terms.minimum and pool.waited[seat] >= terms.patience):
            taken[team] = True
            teams.append(Formed(tuple(int(pool.tickets[each]) for each in team), 0.5, {}))
    return Formation(teams, [])
