"""`make faults`: kills the worker again and again while maps and badges are due, and counts what came of it.

Then the same with the outbox's sweep switched off, which must lose something: or the run could not see a loss.
DATABASE_URL and REDIS_URL name a database and a Redis database that may be emptied; without them those of this machine
are used, with a database `echoroom_faults` and Redis database 13.
"""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import sys
import tempfile

from bench import production


def main() -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=20, help="of each part")
    parser.add_argument("--rooms", type=int, default=10, help="completed around each kill")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="to play the same teams again")
    options = parser.parse_args()
    # As Ctrl-C would: what was started here is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    with tempfile.TemporaryDirectory(prefix="echoroom-faults-") as data_dir:
        environment = production.environment(data_dir, database="echoroom_faults", redis="13")
        production.fresh_database(environment["DATABASE_URL"])
        os.environ.update(environment)
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        from bench.faults import run  # noqa: PLC0415

        return run.run(options, environment)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
