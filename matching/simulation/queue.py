"""One queue in virtual time: people come, are told how long it takes, and a tick a second teams them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.forecast import Asked, Forecast, History, Wait, forecast, updated
from matching.former import Matching, Pool, Team, Terms, Weights, form_teams
from matching.simulation.arrivals import Arrivals
from matching.simulation.people import Profile
from matching.simulation.pools import coded, pool_of

# As in the tick: the forecast is renewed so often at most.
REFRESH = 5
# Who has no team after so many seconds gives up; one in twenty does so within two minutes.
LONGEST = 900.0
LEAVERS, LEAVING = 0.05, (5.0, 120.0)


@dataclass(slots=True)
class Place:
    """A simulated ticket. `ended` is None while it waits; `shown` is what its owner was told, if anything."""

    number: int
    profile: Profile
    joined: float
    leaves: float
    group: str = ""
    shown: Forecast | None = None
    ended: float | None = None
    is_matched: bool = False

    def wait(self, now: float) -> Wait:
        until = now if self.ended is None else self.ended
        shown = self.shown.p90 if self.shown else None
        return Wait(self.group, self.joined, until - self.joined, shown, self.is_matched)


@dataclass(slots=True)
class Simulated:
    places: list[Place] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    ticks: int = 0
    seconds: float = 0.0


# (pool, terms, weights, seed of this tick)
Form = Callable[[Pool, Terms, Weights, int], Matching]
# (virtual second, what has happened so far)
Tell = Callable[[int, Simulated], None]


def arriving(arrivals: Arrivals, profiles: Sequence[Profile], rng: np.random.Generator) -> list[Place]:
    """A place for each arrival, with the moment at which its owner would give up."""
    early = rng.random(len(profiles)) < LEAVERS
    stays = np.where(early, rng.uniform(*LEAVING, len(profiles)), LONGEST)
    return [
        Place(number, profile, float(at), float(at + stay), profile.group)
        for number, (profile, at, stay) in enumerate(zip(profiles, arrivals.seconds, stays, strict=True), start=1)
    ]


def with_rounds(rounds: int) -> Form:
    """The team-former that every queue has, with so many rounds of search a tick: the same on every machine."""

    def form(pool: Pool, terms: Terms, weights: Weights, seed: int) -> Matching:
        return form_teams(pool, terms, weights, seed=seed, rounds=rounds)

    return form


class SimulatedQueue:
    """Its people in order of arrival; `form` teams them. Nobody is in a party, blocked, or in a lobby."""

    def __init__(self, places: Sequence[Place], *, terms: Terms, weights: Weights, seed: int, form: Form) -> None:
        self._terms, self._weights, self._seed, self._form = terms, weights, seed, form
        self._coded = coded([place.profile for place in places])
        self._coming = list(reversed(places))
        self._waiting: list[Place] = []
        self._ended: list[Wait] = []
        self._history = History(minimum=terms.minimum)
        self.simulated = Simulated(list(places))

    def run(self, tell: Tell | None = None) -> Simulated:
        """Until everybody has a team or has given up. `tell` hears each virtual minute where the simulation is."""
        second = 0
        while self._coming or self._waiting:
            second += 1
            self._come(second)
            self._leave(second)
            self._tick(second)
            if tell and second % 60 == 0:
                tell(second, self.simulated)
        self.simulated.seconds = second
        return self.simulated

    def _come(self, now: float) -> None:
        while self._coming and self._coming[-1].joined <= now:
            place = self._coming.pop()
            said = forecast(self._history, Asked(place.group, place.joined))
            place.shown = said if isinstance(said, Forecast) else None
            self._waiting.append(place)

    def _leave(self, now: float) -> None:
        for place in [place for place in self._waiting if place.leaves <= now]:
            self._end(place, place.leaves, is_matched=False)

    def _tick(self, now: float) -> None:
        if len(self._waiting) >= self._terms.minimum:
            self._form_teams(now)
        if now % REFRESH == 0:
            waiting = [place.wait(now) for place in self._waiting]
            self._history = updated(self._history, ended=self._ended, waiting=waiting, now=now)
            self._ended = []

    def _form_teams(self, now: float) -> None:
        rows = [place.number - 1 for place in self._waiting]
        pool = pool_of(self._coded, rows, [now - place.joined for place in self._waiting])
        formed = self._form(pool, self._terms, self._weights, self._seed + self.simulated.ticks)
        self.simulated.ticks += 1
        for team in formed.teams:
            self.simulated.teams.append(team)
            for number in team.tickets:
                self._end(self.simulated.places[number - 1], now, is_matched=True)

    def _end(self, place: Place, now: float, *, is_matched: bool) -> None:
        place.ended, place.is_matched = now, is_matched
        self._waiting.remove(place)
        self._ended.append(place.wait(now))
