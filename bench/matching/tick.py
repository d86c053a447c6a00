"""The parts that need PostgreSQL and Redis: sets Django up before anything of it is imported."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench import production
from bench.matching.report import Report

SEED = 1


def run(options: argparse.Namespace) -> Report:
    """Whole ticks over 1,000 and 10,000 tickets, and the way from a ticket to a room through the Procfile's worker."""
    with database() as environment:
        from bench.matching import ticks  # noqa: PLC0415 - after the environment is set

        measured, seconds = ticks.measure_ticks(rounds=options.rounds, seed=SEED)
        matched, matches = ticks.measure_matches(environment, seed=SEED)
        return Report([*measured, *matched], {**seconds, **matches})


@contextmanager
def database() -> Iterator[Mapping[str, str]]:
    """An empty database, migrated; what DATABASE_URL and REDIS_URL name, if they name one, may be emptied."""
    # This part's processes are several, as on a server.
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    with tempfile.TemporaryDirectory(prefix="echoroom-matching-") as data_dir:
        environment = production.environment(data_dir, database="echoroom_matching", redis="12")
        production.fresh_database(environment["DATABASE_URL"])
        os.environ.update(environment)
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0, interactive=False)
        yield environment
