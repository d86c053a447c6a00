"""How many people a team lacks, by sizes and languages alone: as if nobody had anything against anybody.

Who waits is told this number. A block, somebody whom a team would isolate or people who met lately must not change it:
it would tell of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from matching.former.company import Company, as_set

# People who wait, by seats and whether they have lost patience: how many.
Counts = dict[tuple[int, bool], int]


class Headcount:
    """Of some units who wait, and of lobbies with a seat.

    `later` takes everybody for impatient: how it stands once every soft rule has given way.
    """

    def __init__(self, company: Company, waiting: int, lobbies: Iterable[int], *, later: bool = False) -> None:
        self.company, self.later = company, later
        self.impatient = as_set(np.flatnonzero((company.units.level > 0) | later))
        self.lobbies = list(lobbies)
        self.counts = [self._counts(speakers & waiting) for speakers in company.speakers]
        self.known: dict[tuple[int, int, bool], int] = {}

    def _counts(self, speakers: int) -> Counts:
        of_seats = self.company.of_seats.items()
        return {
            (seats, impatient): (speakers & units & (self.impatient if impatient else ~self.impatient)).bit_count()
            for seats, units in of_seats
            for impatient in (False, True)
        }

    def lacking(self, unit: int) -> int:
        """People who would complete a team with this unit, one of those who wait; 0 if it takes nothing but time."""
        company = self.company
        key = (company.languages[unit], company.seats[unit], bool(self.impatient >> unit & 1))
        if key not in self.known:
            self.known[key] = min(self._lacking(unit, *key[1:]), default=0)
        return self.known[key]

    def _lacking(self, unit: int, seats: int, impatient: bool) -> Iterator[int]:
        """For each language of theirs what each team of its speakers lacks that is not too large already."""
        terms = self.company.terms
        for speakers, counts in zip(self.company.speakers, self.counts, strict=True):
            if not speakers >> unit & 1:
                continue
            others = counts | {(seats, impatient): counts[seats, impatient] - 1}
            for taken in {0, *(self.company.seats[lobby] for lobby in self.lobbies if speakers >> lobby & 1)}:
                for people, any_size in _teams(taken + seats, impatient, others, terms.maximum):
                    if people <= (terms.maximum if any_size else terms.size):
                        yield max((terms.minimum if any_size or taken else terms.size) - people, 0)


def _teams(seats: int, impatient: bool, others: Counts, most: int) -> set[tuple[int, bool]]:
    """Seats, up to `most`, that these and some of the others take together, and whether anybody has lost patience."""
    found = {(seats, impatient)}
    for (each, is_impatient), count in others.items():
        found |= {
            (taken + number * each, known or is_impatient)
            for taken, known in found
            for number in range(1, min(count, (most - taken) // each) + 1)
        }
    return found
