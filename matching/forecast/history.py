"""What a queue remembers of its waits: enough to forecast by, plain JSON, and written anew without reading it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from matching.forecast.groups import can_meet

# Of each group the newest so many waits; more would forecast tonight by this morning.
MOST_WAITS = 60
# Groups remembered at once, and arrivals of each.
MOST_GROUPS = 40
MOST_ARRIVALS = 6
# Seconds within which an arrival says that people still come.
LATELY = 600.0
# Whoever waits is looked at every few seconds: what is older than so many tells nothing of who waits.
FRESH = 30.0
# What is not to be exceeded: the share of waits that end after the shown p90.
ALPHA = 0.1
# A group's balance stays within so many misses: a queue that stood still for an hour is not to be paid for all day.
FARTHEST = 6.0


@dataclass(frozen=True, slots=True)
class Wait:
    """A ticket that has ended, or that still waits. Times are seconds; `joined` counts from any fixed moment.

    `p90` is what was shown when it was issued.
    """

    group: str
    joined: float
    waited: float
    p90: int | None = None
    is_matched: bool = False

    @property
    def is_over(self) -> bool:
        return self.p90 is not None and self.waited > self.p90


@dataclass(slots=True)
class Group:
    """`waits` in the order in which they ended, negative for those that did not end in a team.

    `balance` counts misses above what is due: 1 − α for each wait over its p90, −α for each under it. `here` are the
    people who wait now, with their waits up to now in `still` (the longest ones) and how many are `over`.
    """

    waits: list[float] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    balance: float = 0.0
    here: int = 0
    still: list[float] = field(default_factory=list)
    over: int = 0

    @property
    def matched(self) -> int:
        return sum(wait >= 0 for wait in self.waits)

    @property
    def newest(self) -> float:
        return max(self.arrivals, default=float("-inf"))


_GROUP = tuple(each.name for each in fields(Group))


@dataclass(slots=True)
class History:
    """A queue's groups by name, as of `at`. `minimum` is the smallest team of the quest.

    `counted` are the numbers of tickets that ended shortly before `at`: a later look may meet them once more.
    """

    groups: dict[str, Group] = field(default_factory=dict)
    at: float = 0.0
    minimum: int = 2
    counted: list[int] = field(default_factory=list)

    def group(self, name: str) -> Group:
        return self.groups.setdefault(name, Group())

    def around(self, name: str) -> dict[str, Group]:
        """The groups whose people could be in a team with these, themselves included."""
        return {other: group for other, group in self.groups.items() if can_meet(name, other)}

    def people_around(self, name: str, now: float) -> int:
        """Those of them who wait, or have come lately; more than a handful of the latter are not counted."""
        return sum(present(group, now) for group in self.around(name).values())

    def as_of(self, now: float) -> History:
        """What of it still holds: a queue that was not looked at for long is one in which nobody waits."""
        if now - self.at <= FRESH:
            return self
        gone = {name: replace(group, here=0, still=[], over=0) for name, group in self.groups.items()}
        return replace(self, groups=gone)

    def as_json(self) -> dict[str, Any]:
        # By hand: dataclasses.asdict copies every number of it, which took a third of a whole refresh.
        groups = {name: {key: getattr(group, key) for key in _GROUP} for name, group in self.groups.items()}
        return {"groups": groups, "at": self.at, "minimum": self.minimum, "counted": self.counted}


def present(group: Group, now: float) -> int:
    return max(group.here, sum(now - arrival <= LATELY for arrival in group.arrivals))


def history_of(state: dict[str, Any]) -> History:
    """From what `as_json` gave; an empty one, or one of another time's shape, begins anew."""
    try:
        groups = {name: Group(**fields) for name, fields in state["groups"].items()}
        return History(groups, float(state["at"]), int(state["minimum"]), list(state["counted"]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return History()


def updated(history: History, *, ended: Iterable[Wait], waiting: Iterable[Wait], now: float) -> History:
    """The history with tickets that have ended since, oldest first, and those who wait at this moment."""
    groups = {
        name: replace(group, waits=list(group.waits), arrivals=list(group.arrivals), here=0, still=[], over=0)
        for name, group in history.groups.items()
    }
    renewed = replace(history, groups=groups, at=now)
    for wait in ended:
        _end(renewed.group(wait.group), wait)
    for wait in waiting:
        _wait_on(renewed.group(wait.group), wait)
    newest = sorted(groups.items(), key=lambda item: (item[1].here > 0, item[1].newest, item[0]))
    renewed.groups = dict(newest[-MOST_GROUPS:])
    return renewed


def _end(group: Group, wait: Wait) -> None:
    seconds = round(wait.waited, 1)
    group.waits = [*group.waits, seconds if wait.is_matched else -max(seconds, 0.1)][-MOST_WAITS:]
    _arrive(group, wait)
    if wait.p90 is not None and (wait.is_matched or wait.is_over):
        moved = group.balance + (1 - ALPHA if wait.is_over else -ALPHA)
        group.balance = round(min(max(moved, -FARTHEST), FARTHEST), 2)


def _wait_on(group: Group, wait: Wait) -> None:
    group.here += 1
    group.over += wait.is_over
    if len(group.still) < MOST_WAITS:
        group.still.append(round(wait.waited, 1))
    _arrive(group, wait)


def _arrive(group: Group, wait: Wait) -> None:
    moment = round(wait.joined, 1)
    if moment not in group.arrivals:
        group.arrivals = sorted([*group.arrivals, moment])[-MOST_ARRIVALS:]
