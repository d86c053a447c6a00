"""What two people have in common and what sets them apart: everything of a team's score that is a mean over pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.former.types import Pool

Rows = NDArray[np.intp]
# Double or single precision, see `Ground`.
Floats = NDArray[np.floating]
# Categories by number, below 0 where none is stated.
Codes = NDArray[np.signedinteger]

# Criteria that compare a code, with the number of categories where that bounds how unlike k people can be.
CODED = {"gender": 3, "country": None, "organisation": None, "occupation": None, "skill": 3}
UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class PairSet:
    """Pairs of rows without order, as sorted keys: asked for a million pairs at once."""

    keys: NDArray[np.int64]
    pairs: NDArray[np.intp]  # (p, 2), each once, the smaller row first
    size: int

    @classmethod
    def of(cls, pairs: NDArray[np.int32], size: int) -> PairSet:
        """Raises `ValueError` for a row that the pool of `size` rows does not have. Pairs of a row with itself go."""
        found = np.sort(pairs.reshape(-1, 2).astype(np.int64), axis=1)
        if len(found) and not (found.min() >= 0 and found.max() < size):
            raise ValueError("A pair names a row that the pool does not have.")
        keys = np.unique(found[:, 0] * size + found[:, 1])
        keys = keys[keys // max(size, 1) != keys % max(size, 1)]
        return cls(keys, np.stack([keys // max(size, 1), keys % max(size, 1)], axis=1).astype(np.intp), size)

    def has(self, one: Rows, other: Rows) -> NDArray[np.bool_]:
        """Whether each pair is in here; both arrays of one shape."""
        if not len(self.keys):
            return np.zeros(np.broadcast(one, other).shape, np.bool_)
        keys = np.minimum(one, other).astype(np.int64) * self.size + np.maximum(one, other)
        at = np.searchsorted(self.keys, keys)
        return np.asarray(self.keys[np.minimum(at, len(self.keys) - 1)] == keys)


def most_unlike(people: int, categories: int | None) -> float:
    """The largest share of unlike pairs that so many people reach in so many categories; 1 without a bound.

    It is the Blau index 1 − Σp² of the most even spread, times k / (k − 1): the same quotient for every team of k.
    """
    if categories is None or people <= categories:
        return 1.0
    sizes = [people // categories + (number < people % categories) for number in range(categories)]
    alike = sum(size * (size - 1) // 2 for size in sizes)
    return 1 - alike / (people * (people - 1) // 2)


def unlike(codes: Codes, one: Rows, other: Rows) -> NDArray[np.float64]:
    """1 for different codes, 0 for the same, 1/2 where one of the two is not stated. Indices broadcast."""
    left, right = codes[one], codes[other]
    return np.where((left < 0) | (right < 0), UNKNOWN, left != right)


def interests_apart(interests: NDArray[np.uint64], one: Rows, other: Rows) -> NDArray[np.float64]:
    """Jaccard distance 1 − |A ∩ B| / |A ∪ B|; 1/2 where one of the two stated no interest. Indices broadcast."""
    left, right = interests[one], interests[other]
    shared, either = np.bitwise_count(left & right), np.bitwise_count(left | right)
    return np.where((left == 0) | (right == 0), UNKNOWN, 1 - shared / np.maximum(either, 1))


class PairSum:
    """Adds weighted criteria of pairs to part of a matrix, (lines, columns), at the pace of the processor's cache.

    What somebody did not state is taken for unlike everything at first, and half of that taken off in the end: once
    for all criteria by line and column, and given back where both sides are in it.
    """

    def __init__(self, into: Floats, lines: slice, columns: slice) -> None:
        self.into, self.lines, self.columns = into, lines, columns
        self.half_of_lines, self.half_of_columns = (np.zeros(length, into.dtype) for length in into.shape)

    def add_unlike(self, criteria: Sequence[Codes], weight: float) -> None:
        """Several criteria of one weight: halves of it are counted in bytes before anything is multiplied."""
        unlike, unknown = np.zeros(self.into.shape, np.int8), np.zeros(self.into.shape, np.int8)
        for codes in criteria:
            other = np.where(codes < 0, codes.dtype.type(-2), codes)
            unlike += codes[self.lines, None] != other[self.columns]
            unknown += self._unknown(codes < 0, weight)
        unlike *= 2
        unlike += unknown
        self.into += unlike * self.into.dtype.type(weight / 2)

    def add_interests_apart(self, interests: NDArray[np.unsignedinteger], weight: float) -> None:
        if interests.max(initial=0) < 1 << 32:
            interests = interests.astype(np.uint32)
        counts = np.bitwise_count(interests)
        shared = np.bitwise_count(interests[self.lines, None] & interests[self.columns])
        either = np.maximum(counts[self.lines, None] + counts[self.columns] - shared, np.uint8(1))
        self.into += np.divide(either - shared, either, dtype=self.into.dtype) * self.into.dtype.type(weight)
        self.into += self._unknown(interests == 0, weight) * self.into.dtype.type(weight / 2)

    def _unknown(self, unknown: NDArray[np.bool_], weight: float) -> NDArray[np.bool_]:
        """Takes half off who is unknown, and says where both are and it was taken off twice."""
        half, lines, columns = self.into.dtype.type(weight / 2), unknown[self.lines], unknown[self.columns]
        self.half_of_lines += lines * half
        self.half_of_columns += columns * half
        return lines[:, None] & columns

    def done(self) -> None:
        self.into -= self.half_of_lines[:, None] + self.half_of_columns


def dense(codes: NDArray[np.int32], most: int | None) -> Codes:
    """The same categories numbered from 0, in as few bytes as they need. Raises `ValueError` for more than `most`."""
    found, numbered = np.unique(codes, return_inverse=True)
    if most is not None and np.count_nonzero(found >= 0) > most:
        raise ValueError(f"At most {most} categories can be told apart here.")
    numbered = numbered.reshape(-1) - np.count_nonzero(found < 0)
    return np.where(codes < 0, -1, numbered).astype(np.min_scalar_type(-len(found) - 2))


def coded(pool: Pool) -> dict[str, Codes]:
    """The codes of each criterion, numbered from 0."""
    return {name: dense(getattr(pool, name), most) for name, most in CODED.items()}
