"""All ways to split a few units into teams, worked out once: a group of teams is split anew by looking at each way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Combos:
    """All subsets of `size` out of `of` units, and where their pairs stand among all pairs of the units."""

    of: int
    size: int
    members: NDArray[np.intp]  # (c, size)
    pairs: NDArray[np.intp]  # (c, size · (size − 1) / 2)


@dataclass(frozen=True, slots=True)
class Splits:
    """Every split of `of` units into subsets of the allowed sizes.

    `blocks` names subsets by their place in all `combos` one after the other; the place behind the last is nobody.
    """

    of: int
    combos: tuple[Combos, ...]
    blocks: NDArray[np.intp]  # (most blocks, splits)
    members: NDArray[np.intp]  # (subsets + 1, largest size): units, −1 where there are fewer


@cache
def pairs_of(units: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.triu_indices(units, 1)


@lru_cache(maxsize=256)
def combos_of(units: int, size: int) -> Combos:
    number = {pair: place for place, pair in enumerate(combinations(range(units), 2))}
    subsets = list(combinations(range(units), size))
    pairs = [[number[pair] for pair in combinations(subset, 2)] for subset in subsets]
    return Combos(units, size, np.array(subsets, np.intp), np.array(pairs, np.intp).reshape(len(subsets), -1))


@cache
def count_splits(units: int, smallest: int, largest: int, alone: int) -> int:
    """How many splits `splits_of` would list."""
    if units == 0:
        return 1
    found = count_splits(units - 1, smallest, largest, alone - 1) if alone else 0
    for size in range(max(smallest, 2), min(largest, units) + 1):
        found += comb(units - 1, size - 1) * count_splits(units - size, smallest, largest, alone)
    return found


@lru_cache(maxsize=256)
def splits_of(units: int, smallest: int, largest: int, alone: int) -> Splits | None:
    """Subsets of `smallest` (at least two) to `largest` units, and up to `alone` single ones. None if there is none."""
    sizes = [*([1] if alone else []), *range(max(smallest, 2), min(largest, units) + 1)]
    combos = tuple(combos_of(units, size) for size in sizes)
    place: dict[int, int] = {}
    for subset in (subset for combo in combos for subset in combo.members.tolist()):
        place[sum(1 << unit for unit in subset)] = len(place)
    found = [[place[block] for block in split] for split in _splits((1 << units) - 1, tuple(sizes), alone)]
    if not found:
        return None
    most = max(len(split) for split in found)
    blocks = np.array([split + [len(place)] * (most - len(split)) for split in found], np.intp)
    return Splits(units, combos, np.ascontiguousarray(blocks.T), _members(combos, max(sizes)))


def _splits(rest: int, sizes: tuple[int, ...], alone: int) -> Iterator[tuple[int, ...]]:
    """Splits of a set of bits; each subset holds the lowest bit that is left."""
    if not rest:
        yield ()
        return
    lowest = rest & -rest
    others = [1 << bit for bit in range(rest.bit_length()) if rest >> bit & 1 and 1 << bit != lowest]
    for size in sizes:
        if size == 1 and not alone:
            continue
        for chosen in combinations(others, size - 1):
            block = lowest + sum(chosen)
            for further in _splits(rest & ~block, sizes, alone - (size == 1)):
                yield (block, *further)


def _members(combos: tuple[Combos, ...], largest: int) -> NDArray[np.intp]:
    lines = [np.pad(combo.members, ((0, 0), (0, largest - combo.size)), constant_values=-1) for combo in combos]
    return np.concatenate([*lines, np.full((1, largest), -1)]).astype(np.intp)
