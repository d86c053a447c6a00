"""Who can be in a team with whom at all: exact questions about few units among many, on sets of bits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.former.rules import ISOLATES, LEVEL_OF, PROMISED
from matching.former.types import Rule
from matching.former.units import Problem

# A search for a team of one size gives up after so many steps: for who is past the promise, and for others or while it
# is about more than a place. All searches of a run together have so many for everybody, and then a few each.
STEPS_PROMISED, STEPS = 20_000, 1_500
STEPS_IN_ALL, STEPS_EACH, STEPS_AFTER = 100_000, 10, 50


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What soft rules a team does not keep, though it may; compared from left to right."""

    isolating: bool
    met: int


NONE = Fault(isolating=False, met=0)


class Company:
    """Units by number. A set of units is an integer with a bit for each, so that the lowest bit waited longest."""

    def __init__(self, problem: Problem) -> None:
        self.terms, self.units = problem.terms, problem.units
        self.seats = [int(seats) for seats in self.units.seats]
        self.level = [int(level) for level in self.units.level]
        self.languages = [int(languages) for languages in self.units.languages]
        self.genders = [int(genders) for genders in self.units.genders]
        self.is_lobby = [bool(lobby) for lobby in self.units.lobby >= 0]
        # Parties too large or at odds with themselves can never be in a team.
        self.is_movable = (self.units.languages != 0) & (self.units.seats <= self.terms.maximum)
        self.steps_left = STEPS_IN_ALL + STEPS_EACH * len(self.units)
        self.blocked = _neighbours(problem.unit_blocks.tolist())
        self.met = _neighbours(problem.unit_recents.tolist())

    @cached_property
    def speakers(self) -> list[int]:
        """For each language that somebody speaks, who does; each such set once."""
        spoken = int(np.bitwise_or.reduce(self.units.languages, initial=np.uint64(0)))
        bits = (np.uint64(1 << bit) for bit in range(64) if spoken >> bit & 1)
        return list(dict.fromkeys(_set_where((self.units.languages & bit) != 0) for bit in bits))

    @cached_property
    def of_seats(self) -> dict[int, int]:
        """Those who wait, by how many seats they need."""
        waits = self.units.lobby < 0
        return {int(seats): _set_where(waits & (self.units.seats == seats)) for seats in np.unique(self.units.seats)}

    def fault(self, team: Sequence[int], *, later: bool = False) -> Fault | None:
        """None if the team may not be: now, or `later` when every soft rule has given way."""
        level = PROMISED if later else max(self.level[unit] for unit in team)
        if not self._fits(team, level) or not self._gets_on(team):
            return None
        found = Fault(isolating=self.isolates(team), met=self.pairs_met(team))
        if (found.isolating and level < LEVEL_OF[Rule.NO_ISOLATION]) or (
            found.met and level < LEVEL_OF[Rule.NO_RECENT]
        ):
            return None
        return found

    def pairs_met(self, team: Sequence[int]) -> int:
        """Pairs that were in a team together lately."""
        members = set(team)
        return sum(len(members & self.met[unit]) for unit in team if unit in self.met) // 2

    def isolates(self, team: Sequence[int]) -> bool:
        return len(team) > 1 and bool(ISOLATES[sum(self.genders[unit] for unit in team) & (len(ISOLATES) - 1)])

    def _fits(self, team: Sequence[int], level: int) -> bool:
        seats, terms = sum(self.seats[unit] for unit in team), self.terms
        lobbies = sum(self.is_lobby[unit] for unit in team)
        if lobbies > 1 or lobbies == len(team) or not terms.minimum <= seats <= terms.maximum:
            return False
        return level >= LEVEL_OF[Rule.IDEAL_SIZE] or seats == terms.size or (lobbies == 1 and seats < terms.size)

    def _gets_on(self, team: Sequence[int]) -> bool:
        common, members = ~0, set(team)
        for unit in team:
            common &= self.languages[unit]
        return common != 0 and not any(members & self.blocked[unit] for unit in team if unit in self.blocked)

    def find(
        self,
        unit: int,
        among: int,
        sizes: Sequence[int],
        accepts: Callable[[list[int]], bool],
        *,
        strangers: bool = False,
        team_of: NDArray[np.intp] | None = None,
    ) -> list[int] | None:
        """The first team of one of the sizes, in this order, of this unit and some `among` those who wait.

        A language and no blocks are seen to; `strangers` also keeps out who met lately; the rest is up to `accepts`.
        With `team_of` it makes a difference to `accepts` which of those teams somebody is taken from.
        """
        for size in sizes:
            steps = self._steps(unit, strangers)
            for speakers in self.shared([unit], among):
                others = speakers & ~self._apart(unit, strangers)
                for team in self._teams([unit], others, size - self.seats[unit], strangers, team_of):
                    steps, self.steps_left = steps - 1, self.steps_left - 1
                    if team is not None and accepts(team):
                        return team
                    if steps < 0:
                        break
        return None

    def could_be_placed(self, unit: int, among: int, lobbies: Iterable[int]) -> bool:
        """In a new team or in a lobby, with any `among` those who wait, once every soft rule has given way.

        Also if there were too many teams to look at them all: whom we have not found a team for may yet have one.
        """
        steps = self._steps(unit, strangers=False)
        for start in ([unit], *([lobby, unit] for lobby in lobbies)):
            for team in self._completions(start, among):
                steps, self.steps_left = steps - 1, self.steps_left - 1
                if team is not None or steps < 0:
                    return True
        return False

    def _completions(self, start: list[int], among: int) -> Iterator[list[int] | None]:
        """Teams of any size that these and some of the others make; None for each step on the way."""
        if not self._gets_on(start):
            return
        seats = sum(self.seats[unit] for unit in start)
        for unit in start:
            among &= ~self._apart(unit, strangers=False)
        for size in range(max(self.terms.minimum, seats), self.terms.maximum + 1):
            for speakers in self.shared(start, among):
                yield from self._teams(start, speakers, size - seats, strangers=False, team_of=None)

    def _steps(self, unit: int, strangers: bool) -> int:
        most = STEPS_PROMISED if self.level[unit] == PROMISED and not strangers else STEPS
        return most if self.steps_left > 0 else STEPS_AFTER

    @cached_property
    def kind(self) -> list[tuple[int, ...]]:
        """Units of a kind stand for each other in any team. Whoever has blocks or met somebody is of their own."""
        columns = zip(self.seats, self.languages, self.genders, self.level, strict=True)
        return [(unit,) if unit in self.blocked or unit in self.met else values for unit, values in enumerate(columns)]

    def shared(self, team: Sequence[int], among: int) -> list[int]:
        """By language of this whole team, who else of them speaks it; no set twice."""
        everybody = as_set(team)
        spoken = [speakers for speakers in self.speakers if speakers & everybody == everybody]
        return list(dict.fromkeys(speakers & among & ~everybody for speakers in spoken))

    def _apart(self, unit: int, strangers: bool) -> int:
        found = self.blocked.get(unit, set()) | (self.met.get(unit, set()) if strangers else set())
        return sum(1 << other for other in found)

    def _teams(
        self, team: list[int], among: int, seats: int, strangers: bool, team_of: NDArray[np.intp] | None
    ) -> Iterator[list[int] | None]:
        """Depth first, who waited longest first, of each kind only one; None for each step on the way."""
        if seats == 0:
            yield team
            return
        yield None
        fitting = among & self._up_to(seats)
        tried: set[tuple[int | tuple[int, ...], ...]] = set()
        while fitting:
            lowest = fitting & -fitting
            fitting ^= lowest
            unit = lowest.bit_length() - 1
            alike = (self.kind[unit], -1 if team_of is None else int(team_of[unit]))
            if alike in tried:
                continue
            tried.add(alike)
            left = seats - self.seats[unit]
            others = fitting & ~self._apart(unit, strangers) if left else 0
            yield from self._teams([*team, unit], others, left, strangers, team_of)

    def _up_to(self, seats: int) -> int:
        found = 0
        for size, units in self.of_seats.items():
            found |= units if 0 < size <= seats else 0
        return found


def _neighbours(pairs: list[list[int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def as_set(units: Sequence[int] | NDArray[np.intp]) -> int:
    members = np.asarray(units, np.intp)
    there = np.zeros(members.max(initial=-1) + 1, np.bool_)
    there[members] = True
    return _set_where(there)


def _set_where(there: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(there, bitorder="little").tobytes(), "little")
