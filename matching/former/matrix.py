"""A matrix of what each two rows of a pool add, worked out once for each pair and added up by unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from matching.former.pairs import Floats

Rows = NDArray[np.intp]
# A few lines at a time stay in the processor's cache.
LINES = 64


class PairMatrix:
    """Symmetric, but for rounding. The first n rows are the first of each unit: `between`, (n, n), is of those.

    `further`, (r - n, r), is what the others of parties add. Of `between` only the upper half is worked out.
    """

    def __init__(self, units: int, rows: int, dtype: type[np.float32 | np.float64], value: float = 0.0) -> None:
        self.units = units
        self.between: Floats = np.full((units, units), value, dtype)
        self.further: Floats = np.full((rows - units, rows), value, dtype)

    def clear(self, pairs: Rows) -> None:
        """Sets these (p, 2) pairs of rows to 0."""
        for one, other in (pairs.T, pairs.T[::-1]):
            is_further, is_between = one >= self.units, np.maximum(one, other) < self.units
            self.further[one[is_further] - self.units, other[is_further]] = 0
            self.between[one[is_between], other[is_between]] = 0

    def parts(self) -> Iterator[tuple[Floats, slice, slice]]:
        """A few lines at a time, to be filled in: the part, and which rows its lines and columns are."""
        rows = self.units + len(self.further)
        for lines in _blocks(0, self.units):
            columns = slice(lines.start, self.units)
            yield self.between[lines, columns], lines, columns
        for lines in _blocks(self.units, rows):
            yield self.further[lines.start - self.units : lines.stop - self.units], lines, slice(0, rows)

    def by_unit(self, others: Sequence[tuple[Rows, slice]]) -> tuple[Floats, Floats]:
        """Sums over pairs within each unit (n,), and over pairs between two (n, n), which is this matrix no longer.

        `others`: units with a second person, and where among `further` those are; then with a third, and so on.
        """
        for lines in _blocks(0, self.units):
            self.between[lines.stop :, lines] = self.between[lines, lines.stop :].T
        if not others:
            return np.zeros(self.units, self.between.dtype), self.between
        np.fill_diagonal(self.between, 0.0)
        np.fill_diagonal(self.further[:, self.units :], 0.0)
        among = self.further[:, self.units :]
        for units, places in others:
            self.between[units] += self.further[places, : self.units]
            self.between[:, units] += self.further[places, : self.units].T
            for other_units, other_places in others:
                self.between[np.ix_(units, other_units)] += among[places, other_places]
        return np.diagonal(self.between) / 2, self.between


def _blocks(start: int, stop: int) -> Iterator[slice]:
    for first in range(start, stop, LINES):
        yield slice(first, min(first + LINES, stop))
