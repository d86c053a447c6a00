"""Whether people wait as long as they were told, over simulated hours, and whether nobody is told what nobody knows."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from bench import bars
from bench.bars import Bar
from bench.matching.report import Report
from matching.former import Terms, Weights
from matching.simulation.arrivals import Pattern, arrivals
from matching.simulation.people import Profile, drawn, made_up
from matching.simulation.queue import Place, SimulatedQueue, arriving, with_rounds
from matching.simulation.report import AIM, calibration_rows

TERMS = Terms(2, 3, 4, 30)
HOURS, PEOPLE, FEWER, ROUNDS = 2.0, 500, 200, 4
# None of those by which the correction of forecasts was chosen.
FIRST_SEED = 1000
# One in so many people speaks what nobody else does.
ALONE_EVERY, ALONE = 20, "alone"
Who = Callable[[int, np.random.Generator], list[Profile]]


def run(options: argparse.Namespace) -> Report:
    """Each pattern of arrivals as often as there are rounds, each time with other people."""
    began, groups, told_alone = time.perf_counter(), [], 0
    for pattern, seed in product(Pattern, range(FIRST_SEED, FIRST_SEED + options.rounds)):
        rows = calibration_rows(_simulated(pattern, seed, PEOPLE, made_up))
        groups += [(f"{pattern} {seed} {name}", row) for name, row in rows.items() if row["is_enough"]]
        print(f"{pattern} {seed}: {len(groups)} groups so far, {time.perf_counter() - began:.0f} s", flush=True)
    for pattern in Pattern:
        places = _simulated(pattern, FIRST_SEED, FEWER, _some_alone)
        told_alone += sum(place.shown is not None for place in places if place.group.startswith(ALONE))
    shares = [row["share_under_p90"] for _, row in groups]
    held = [AIM[0] <= share <= AIM[1] for share in shares]
    verdict = [
        bars.all_of("Groups of 50 or more with 85 to 95 % of waits under the shown p90", sum(held), len(held)),
        Bar("Least and largest share of them", f"{min(shares):.1%} and {max(shares):.1%}", "reported", held=True),
        bars.none_of("Numbers shown to people for whom no team is feasible", told_alone),
    ]
    return Report(verdict, {"groups": dict(groups)})


def _simulated(pattern: Pattern, seed: int, people: int, who: Who) -> Sequence[Place]:
    rng = np.random.default_rng(seed)
    coming = arrivals(pattern, people=people, duration=HOURS * 3600, rng=rng)
    places = arriving(coming, drawn(who(people, rng), coming.floods.tolist(), rng), rng)
    SimulatedQueue(places, terms=TERMS, weights=Weights(), seed=seed, form=with_rounds(ROUNDS)).run()
    return places


def _some_alone(people: int, rng: np.random.Generator) -> list[Profile]:
    """As ever, but everybody states a language, and now and then it is one that nobody else speaks."""
    profiles = [replace(each, languages=each.languages or ("en",)) for each in made_up(people, rng)]
    for number in range(0, people, ALONE_EVERY):
        profiles[number] = replace(profiles[number], languages=(f"{ALONE}-{number}",))
    return profiles
