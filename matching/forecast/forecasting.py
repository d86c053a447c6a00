"""From a queue's history to what may be said to who joins it: two numbers, or why there are none.

The p90 is a quantile of Kaplan and Meier's curve at a level that each group's own misses move up and down: adaptive
conformal inference (Gibbs & Candès 2021, eq. 2), α' = α − γ·(misses − α·forecasts), which is the integral part of a
controller (Angelopoulos, Candès & Tibshirani 2023). It keeps its promise whatever the arrivals do, as far as there is
something to correct by.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from matching.forecast.groups import size_of
from matching.forecast.history import ALPHA, FARTHEST, Group, History, present
from matching.forecast.survival import Curve, kaplan_meier

# γ: how much of a level one miss too many is worth.
GAIN = 0.12
# A level never falls below this one: a forecast that half of the waits exceed is none.
LOWEST = 0.6
# Beyond the longest wait seen a forecast grows by this share of it for each α that the level would exceed 1.
STRETCH = 0.5
# Matches below which a group is forecast by those it can meet, and below which nobody is forecast at all.
ENOUGH, FEWEST = 15, 8


@dataclass(frozen=True, slots=True)
class Forecast:
    """Half of the waits end within `p50` seconds, nine in ten within `p90`."""

    p50: int
    p90: int


class Reason(StrEnum):
    HELD = "held"
    NOBODY = "nobody"
    LANGUAGE = "language"
    FEW = "few"
    NO_HISTORY = "no_history"


@dataclass(frozen=True, slots=True)
class CannotSay:
    reason: Reason


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: of which group, when, and since when they wait, None for who does not yet. `held`: the queue is."""

    group: str
    now: float
    joined: float | None = None
    held: bool = False


def forecast(history: History, asked: Asked) -> Forecast | CannotSay:
    """What to say to somebody of this group."""
    history = history.as_of(asked.now)
    reason = _hindrance(history, asked)
    if reason:
        return CannotSay(reason)
    own = history.groups.get(asked.group, Group())
    curve = _curve_for(history, asked.group, own)
    if curve is None:
        return CannotSay(Reason.NO_HISTORY)
    p90 = max(1, ceil(_at_level(curve, level_of(own))))
    half = curve.quantile(0.5)
    return Forecast(min(p90, max(1, round(half if half is not None else p90))), p90)


def level_of(group: Group) -> float:
    """The level at which the curve is read so that nine in ten hold; above 1 where the longest wait is too short."""
    # Who waits past their p90 is a miss already, whatever comes.
    balance = min(group.balance + (1 - ALPHA) * group.over, FARTHEST)
    return max(LOWEST, 1 - ALPHA + GAIN * balance)


def _hindrance(history: History, asked: Asked) -> Reason | None:
    if asked.held:
        return Reason.HELD
    party = size_of(asked.group)
    # Who asks, with their party, is not company for themselves: those whom the history has seen come are taken off.
    seen = party if asked.joined is not None and asked.joined <= history.at else 0
    everybody = sum(present(group, asked.now) for group in history.groups.values()) - seen
    around = history.people_around(asked.group, asked.now) - seen
    if everybody <= 0:
        return Reason.NOBODY
    if around <= 0:
        return Reason.LANGUAGE
    return Reason.FEW if around + party < history.minimum else None


def _curve_for(history: History, name: str, own: Group) -> Curve | None:
    """By the group's own waits; with those of the groups it can meet while they are few; None if those are few too."""
    groups = [own] if own.matched >= ENOUGH else list(history.around(name).values())
    if sum(group.matched for group in groups) < FEWEST:
        return None
    waits = [abs(wait) for group in groups for wait in group.waits] + [w for group in groups for w in group.still]
    matched = [wait >= 0 for group in groups for wait in group.waits]
    return kaplan_meier(waits, matched + [False] * (len(waits) - len(matched)))


def _at_level(curve: Curve, level: float) -> float:
    found = curve.quantile(min(level, 1.0))
    longest = curve.longest if found is None else found
    return longest * (1 + STRETCH * max(0.0, level - 1) / ALPHA)
