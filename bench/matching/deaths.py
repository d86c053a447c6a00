from __future__ import annotations

import argparse

from bench.matching.report import Report
from bench.matching.tick import SEED, database


def run(options: argparse.Namespace) -> Report:
    """Two matchers, one of them killed, round after round: see `bench.matching.killing`."""
    with database() as environment:
        from bench.matching import killing  # noqa: PLC0415 - after the environment is set

        return Report(*killing.run(kills=options.kills, seed=SEED, environment=environment))
