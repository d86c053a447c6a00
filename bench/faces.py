"""`python -m bench.faces`: how long each face of a hostile decision map takes, on SQLite and without Redis.

The map is that of the tests: five people, two decisions with two rounds each, 4,000 characters a reason, five scripts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

FIRST = "PDF, the first of a process"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    what: str
    measured_ms: float
    bar_ms: float

    @property
    def held(self) -> bool:
        return self.measured_ms < self.bar_ms


def main() -> int:
    """0 when every bar was held, else 1."""
    parser = argparse.ArgumentParser(prog="python -m bench.faces", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    # The tests' settings bring a data directory of their own, which goes with the process.
    os.environ.update(DJANGO_SETTINGS_MODULE="tests.settings", LOG_LEVEL="WARNING", DATABASE_URL="", REDIS_URL="")
    import django  # noqa: PLC0415 - after the environment is set

    django.setup()
    results = _measure(options.rounds)
    print(_table(results))
    print(f"\nwritten to {_written(results)}")
    return 0 if all(result.held for result in results) else 1


def _measure(rounds: int) -> list[Result]:
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now

    from rooms.faces import files  # noqa: PLC0415
    from rooms.faces.shown import ShownMap  # noqa: PLC0415
    from rooms.tests.hostile import hostile_map  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    shown = ShownMap.of(hostile_map())

    def face(name: str) -> Callable[[], Any]:
        return lambda: files.FACES[name].make(shown)

    cases: list[tuple[str, Callable[[], Any], float]] = [
        ("PDF, each next one", face("pdf"), 1000),
        ("picture of the link", lambda: files.preview_picture(shown), 500),
        ("web page", face("html"), 250),
        ("Markdown", face("md"), 250),
        ("JSON", face("json"), 50),
    ]
    first = Result(what=FIRST, measured_ms=_once(face("pdf")), bar_ms=1000)
    kept = Result(what="PDF, made before", measured_ms=_once(face("pdf")), bar_ms=50)
    return [first, *(_median(what, make, bar, rounds) for what, make, bar in cases), kept]


def _median(what: str, make: Callable[[], Any], bar: float, rounds: int) -> Result:
    from rooms.faces import files  # noqa: PLC0415 - Django is set up by now

    times = []
    for _ in range(rounds):
        files.kept.forget()
        times.append(_once(make))
    return Result(what=what, measured_ms=statistics.median(times), bar_ms=bar)


def _once(make: Callable[[], Any]) -> float:
    started = time.perf_counter()
    make()
    return (time.perf_counter() - started) * 1000


def _table(results: Sequence[Result]) -> str:
    head = f"{'what':<30} {'measured':>10} {'bar':>10}  held"
    rows = [
        f"{each.what:<30} {each.measured_ms:>7.0f} ms {each.bar_ms:>7.0f} ms  {'yes' if each.held else 'NO'}"
        for each in results
    ]
    return "\n".join([head, "-" * len(head), *rows])


def _written(results: Sequence[Result]) -> str:
    from bench.report import RESULTS  # noqa: PLC0415 - needs the models

    RESULTS.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"faces-{now:%Y%m%d-%H%M%S}.json"
    rows = [{**asdict(result), "held": result.held} for result in results]
    path.write_text(json.dumps({"at": now.isoformat(), "python": platform.python_version(), "rows": rows}, indent=2))
    return str(path)


if __name__ == "__main__":
    sys.exit(main())
