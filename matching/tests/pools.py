"""Pools for the team-former: by hand for one point, at random for properties and benches. Needs no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.former import UNSTATED, Pool

ANY_LANGUAGE = ~np.uint64(0)
PATIENCE = 30.0
COLUMNS = ("parties", "lobbies", "gender", "country", "organisation", "occupation", "skill")


def pool_of(*waits: float, **columns: Any) -> Pool:
    """People who have waited so many seconds, numbered from 0. Columns are lists; what is not given is not stated.

    `languages` and `interests` are lists of sets of bit numbers; `blocks` and `recent` lists of pairs.
    """
    count = len(waits)
    codes = {name: np.array(columns.get(name, [UNSTATED] * count), np.int32) for name in COLUMNS}
    return Pool(
        tickets=np.where(codes["lobbies"] < 0, np.arange(count), UNSTATED),
        waited=np.array(waits, np.float64),
        languages=_bits(columns.get("languages"), count, ANY_LANGUAGE),
        interests=_bits(columns.get("interests"), count, np.uint64(0)),
        blocks=np.array(columns.get("blocks", []), np.int32).reshape(-1, 2),
        recent=np.array(columns.get("recent", []), np.int32).reshape(-1, 2),
        **codes,
    )


def _bits(sets: list[set[int]] | None, count: int, unstated: np.uint64) -> NDArray[np.uint64]:
    return np.array(
        [sum(1 << bit for bit in stated) or int(unstated) for stated in sets or [set[int]()] * count], np.uint64
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Mix:
    """What people at random are like. Shares are of people, except of blocks and meetings, which are pairs each."""

    unstated: float = 0.12
    genders: tuple[float, ...] = (0.45, 0.45, 0.1)
    longest: float = 4 * PATIENCE
    shortest: float = 0.0
    languages: int = 0
    in_parties: float = 0.0
    largest_party: int = 2
    parties_agree: bool = False  # on their languages
    blocks: float = 0.0
    recent: float = 0.0
    lobbies: int = 0


PAST_THE_PROMISE = Mix(shortest=3 * PATIENCE)
JUST_COME = Mix(longest=PATIENCE / 2)


def random_pool(people: int, seed: int, mix: Mix = PAST_THE_PROMISE) -> Pool:
    """So many people who wait, and lobbies with one or two members each behind them."""
    random = np.random.default_rng(seed)
    seated = [lobby for lobby in range(mix.lobbies) for _ in range(1 + int(random.integers(2)))]
    count = people + len(seated)

    def stated(values: NDArray[np.int64]) -> list[int]:
        return [int(value) for value in np.where(random.random(count) < mix.unstated, UNSTATED, values)]

    gender = random.choice(len(mix.genders), count, p=mix.genders)
    parties = _parties(random, people, mix)
    languages = [_speaks(random, mix.languages) for _ in range(count)]
    if mix.parties_agree:
        first = {party: languages[row] for row, party in reversed(list(enumerate(parties))) if party >= 0}
        languages[:people] = [first.get(party, languages[row]) for row, party in enumerate(parties)]
    waits = np.sort(random.uniform(mix.shortest, mix.longest, count))[::-1].tolist()
    return pool_of(
        *waits,
        lobbies=[UNSTATED] * people + seated,
        parties=parties + [UNSTATED] * len(seated),
        gender=stated(gender),
        country=stated(random.integers(0, 12, count)),
        organisation=stated(random.integers(0, 20, count)),
        occupation=stated(random.integers(0, 8, count)),
        skill=stated(random.integers(0, 3, count)),
        interests=[set(random.choice(12, random.integers(0, 5), replace=False).tolist()) for _ in range(count)],
        languages=languages,
        blocks=_pairs(random, count, mix.blocks),
        recent=_pairs(random, count, mix.recent),
    )


def _speaks(random: np.random.Generator, languages: int) -> set[int]:
    """One or two of so many, the first one the commonest; one in ten states none."""
    if not languages or random.random() < 0.1:
        return set()
    first = min(int(random.exponential(languages / 4)), languages - 1)
    return {first, int(random.integers(languages))} if random.random() < 0.4 else {first}


def _parties(random: np.random.Generator, people: int, mix: Mix) -> list[int]:
    parties = np.full(people, UNSTATED)
    free = random.permutation(people)[: int(people * mix.in_parties)].tolist()
    number = 0
    while len(free) >= 2:
        size = int(random.integers(2, max(mix.largest_party, 2) + 1))
        parties[[free.pop() for _ in range(min(size, len(free)))]] = number
        number += 1
    return parties.tolist()


def _pairs(random: np.random.Generator, count: int, share: float) -> list[tuple[int, int]]:
    number = int(share * count)
    return [tuple(random.choice(count, 2, replace=False).tolist()) for _ in range(number)] if count > 1 else []
