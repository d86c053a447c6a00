"""`make bench-matching`: how fast teams are formed, how good they are, and what survives.

`former` measures the team-former alone, `quality` what its teams are worth, `forecasts` how true forecasts are: none of
them needs a database. `tick` measures whole ticks and `deaths` kills one of two matchers: both need PostgreSQL and
Redis. All parts run if none is named.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module

from bench import bars
from bench.matching.report import Report

# Each a module here whose `run` gives a report; imported when its turn comes, so that one may set up what it needs.
PARTS = ("former", "quality", "forecasts", "tick", "deaths")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=5, help="of which medians are taken")
    parser.add_argument("--kills", type=int, default=20, help="of a matcher")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    # Figures are of one core, whatever else this machine has.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    verdicts = [_held(name, options) for name in options.parts or PARTS]
    return 0 if all(verdicts) else 1


def _held(name: str, options: argparse.Namespace) -> bool:
    """Whether every bar of this part was held."""
    run: Callable[[argparse.Namespace], Report] = import_module(f"bench.matching.{name}").run
    report = run(options)
    print("\n" + bars.table(report.bars))
    print(f"\nwritten to {bars.write(f'matching-{name}', report.bars, report.facts)}")
    return all(bar.held for bar in report.bars)


if __name__ == "__main__":
    sys.exit(main())
