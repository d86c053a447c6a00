"""How long a run may search: so many seconds, or exactly so many rounds."""

from __future__ import annotations

import time
from collections.abc import Callable

# Of the time allowed, what remains for placing who is left over and for reasons: of a pool in one piece as long as what
# came before the search; of one in districts, so many seconds for each who waits. A third of it at most.
AFTERWARDS = 2e-5
# A tick over 1,000 people has 0.07 s for this; what the database needs there does not grow as fast as the pool.
SECONDS, SECONDS_EACH, SECONDS_LESS = 0.06, 9e-5, 0.02
# More rounds than this have not been seen to find anything. So few are run even if the time is over: at a busy moment,
# or in a process's first run, which makes tables of splits, teams would stay as they were dealt.
MOST_ROUNDS, LEAST_ROUNDS = 2000, 4


def seconds_for(people: int) -> float:
    return max(SECONDS, people * SECONDS_EACH - SECONDS_LESS)


class Clock:
    """Rounds are the same for every district of a pool: the first one finds out how many there is time for."""

    def __init__(self, people: int, budget: float | None, rounds: int | None) -> None:
        self.seconds = seconds_for(people) if budget is None else budget
        self.began = time.perf_counter()
        self.people, self.rounds = people, rounds

    def more(self, share: float) -> Callable[[int], bool]:
        """Whether another round is to be run, for a search that has this share of the time that is left."""
        if self.rounds is not None:
            most = self.rounds
            return lambda number: number < most
        now = time.perf_counter()
        afterwards = now - self.began if share == 1 else self.people * AFTERWARDS
        left = self.began + self.seconds - min(afterwards, self.seconds / 3) - now
        end = now + left * share

        def more(number: int) -> bool:
            return number < LEAST_ROUNDS or (number < MOST_ROUNDS and time.perf_counter() < end)

        return more

    def ran(self, rounds: int) -> None:
        """What the first search ran, all later ones run as well."""
        self.rounds = rounds
