"""`python -m bench`: the hot paths beside their floors, on PostgreSQL and Redis, with the Procfile's processes.

DATABASE_URL and REDIS_URL name a database server and a Redis database that may be emptied; without them those of this
machine are used, with a database `echoroom_bench` and Redis database 12.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile

from bench import production


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=1500, help="of each measurement")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--only", default="", help="a part of the case's name")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="echoroom-bench-") as data_dir:
        environment = production.environment(data_dir, database="echoroom_bench", redis="12")
        production.fresh_database(environment["DATABASE_URL"])
        os.environ.update(environment)
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        from bench import hot_paths  # noqa: PLC0415

        return hot_paths.run(options, environment)


if __name__ == "__main__":
    sys.exit(main())
