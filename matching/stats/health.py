"""Whether somebody should look at a queue, and why, in words. An empty or tiny queue alone is no alarm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matching.forecast.words import duration, in_words
from matching.stats.success import Success

# Seconds that a queue may be held before its people are worth a thought.
LONG_HOLD = 300.0
# Waits that ended badly before a share of them means anything.
ENOUGH_LOST = 5


class Status(StrEnum):
    CLOSED = "closed"
    HELD = "held"
    QUIET = "quiet"
    GOOD = "good"
    WATCH = "watch"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Health:
    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """A queue now. `overdue` people have waited longer than `promise` seconds; for `unfitting` of them no team fits.

    `held` is for how many seconds it has been, None if it is not. `lately` are the last fifteen minutes' ends.
    """

    waiting: int
    longest: float
    overdue: int
    unfitting: int
    minimum: int
    promise: float
    lately: Success
    held: float | None = None
    is_open: bool = True


def health_of(state: State) -> Health:
    if not state.is_open:
        return Health(Status.CLOSED, "It is closed: nobody can queue here.")
    if state.held is not None:
        return _held(state, state.held)
    if not state.waiting:
        return Health(Status.QUIET, "Nobody waits.")
    return _too_few(state) if state.waiting < state.minimum else _enough(state)


def _held(state: State, seconds: float) -> Health:
    status = Status.WATCH if state.waiting and seconds > LONG_HOLD else Status.HELD
    who = f"{people(state.waiting)} {_keep(state.waiting)}" if state.waiting else "nobody waits"
    return Health(status, f"It has been held for {duration(int(seconds))}: no teams are formed, and {who}.")


def _keep(number: int) -> str:
    return "keeps their place" if number == 1 else "keep their places"


def _too_few(state: State) -> Health:
    waits = f"{people(state.waiting).capitalize()} {'waits' if state.waiting == 1 else 'wait'}"
    takes = f"a team takes {in_words(state.minimum)}"
    if state.longest <= state.promise:
        return Health(Status.GOOD, f"{waits}; {takes}.")
    return Health(Status.WATCH, f"{waits}, the longest for {duration(int(state.longest))}, and {takes}: invite more.")


def _enough(state: State) -> Health:
    fitting = state.overdue - state.unfitting
    promised = f"the promised {duration(int(state.promise))}"
    if fitting > 0:
        have = "has" if fitting == 1 else "have"
        return Health(
            Status.ALARM,
            f"{people(fitting).capitalize()} {have} waited longer than {promised}, though a team could be formed: "
            "run a tick, and look at the workers.",
        )
    if state.overdue:
        have = "has" if state.overdue == 1 else "have"
        who = "them" if state.overdue > 1 else "this person"
        return Health(
            Status.WATCH,
            f"{people(state.overdue).capitalize()} {have} waited longer than {promised}: nobody here fits {who}.",
        )
    if state.lately.lost >= ENOUGH_LOST and state.lately.lost > state.lately.matched:
        return Health(
            Status.WATCH,
            f"In the last 15 minutes {state.lately.lost} people went without a team, "
            f"and {state.lately.matched} got one.",
        )
    waits = f"{people(state.waiting).capitalize()} wait, the longest for {duration(int(state.longest))}"
    return Health(Status.GOOD, f"{waits}: within {promised}.")


def people(number: int) -> str:
    return f"{in_words(number)} {'person' if number == 1 else 'people'}"
