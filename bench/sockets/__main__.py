"""`make bench-sockets`: a thousand open sockets on one `live` process, news in a room of five, readers that stall.

DATABASE_URL and REDIS_URL name a database and a Redis database that may be emptied; without them those of this machine
are used, with a database `echoroom_sockets` and Redis database 14.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile

from bench import production


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-sockets", description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--stalled", type=int, default=20)
    parser.add_argument("--per-second", type=float, default=5.0, help="changes in the room of five")
    options = parser.parse_args()
    # As Ctrl-C would: what was started here is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    with tempfile.TemporaryDirectory(prefix="echoroom-sockets-") as data_dir:
        environment = production.environment(data_dir, database="echoroom_sockets", redis="14")
        production.fresh_database(environment["DATABASE_URL"])
        os.environ.update(environment)
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        from bench.sockets import run  # noqa: PLC0415

        return run.run(options, environment)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
