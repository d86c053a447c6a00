"""The team-former alone: seconds for pools of three sizes, and how they grow. On one core, with no database."""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass

from bench import bars
from bench.bars import Bar
from bench.matching.report import Report
from matching.former import Pool, Terms, Weights, form_teams
from matching.tests.pools import PATIENCE, Mix, random_pool

TERMS = Terms(2, 4, 5, PATIENCE)
# All that costs time at once: languages, parties, lobbies, blocks, recent team-mates, some waits past the patience.
EVENT = Mix(
    languages=4, in_parties=0.15, largest_party=3, parties_agree=True, recent=0.2, blocks=0.02, lobbies=10, longest=60.0
)
JUST_COME = Mix(longest=20.0)
PAST_THE_PROMISE = Mix(shortest=90.0, languages=4)
SAME_ROUNDS = 10
GROWTH = 1.3


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    people: int
    mix: Mix
    limit: float  # seconds: what the tick may take, less what its database needs


CASES = [
    Case("1,000 people, all at once in a mixed event", 1_000, EVENT, 0.12),
    Case("1,000 people who have just come", 1_000, JUST_COME, 0.12),
    Case("1,000 people past the promise", 1_000, PAST_THE_PROMISE, 0.12),
    Case("10,000 people in a mixed event", 10_000, EVENT, 2.0),
    Case("10,000 people who have just come", 10_000, JUST_COME, 2.0),
    Case("50,000 people in a mixed event", 50_000, EVENT, 12.0),
]


def run(options: argparse.Namespace) -> Report:
    pools = {case.name: random_pool(case.people, 1, case.mix) for case in CASES}
    for name, pool in pools.items():
        if len(pool) < 5_000:
            _timed(pool, seed=0)  # tables of splits are made once for each process
        print(f"made a pool of {name}", flush=True)
    seconds: dict[str, list[float]] = {case.name: [] for case in CASES}
    processor: dict[str, list[float]] = {case.name: [] for case in CASES}
    for number in range(options.rounds):
        for case in CASES:
            start = time.process_time()
            seconds[case.name].append(_timed(pools[case.name], seed=number))
            processor[case.name].append(time.process_time() - start)
        print(f"round {number + 1} of {options.rounds}", flush=True)
    verdict = [_bar(case, statistics.median(seconds[case.name])) for case in CASES]
    growth = _growth(options.rounds)
    return Report(
        [*verdict, bars.at_most("Time per person, 50,000 to 5,000, same search", growth, GROWTH, "times", digits=2)],
        {"seconds": seconds, "processor_seconds": processor, "growth": growth},
    )


def _bar(case: Case, median: float) -> Bar:
    return bars.at_most(case.name, median * 1000, case.limit * 1000, "ms", digits=0)


def _timed(pool: Pool, *, seed: int, rounds: int | None = None) -> float:
    start = time.perf_counter()
    form_teams(pool, TERMS, Weights(), seed=seed, rounds=rounds)
    return time.perf_counter() - start


def _growth(rounds: int) -> float:
    """By how much a person costs more in a pool ten times as large, where the search is not bound by a clock."""
    few, many = (random_pool(people, 2, EVENT) for people in (5_000, 50_000))
    costs = [
        (_timed(many, seed=number, rounds=SAME_ROUNDS) / len(many))
        / (_timed(few, seed=number, rounds=SAME_ROUNDS) / len(few))
        for number in range(rounds)
    ]
    return statistics.median(costs)
