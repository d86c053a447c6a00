from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Result

RESULTS = Path(__file__).resolve().parent / "results"


def table(results: Sequence[Result]) -> str:
    head = (
        f"{'what':<38} {'clients':>7} {'per s':>8} {'floor':>8} {'ratio':>6} {'bar':>5}  {'':<8} {'p50':>8} {'p95':>8}"
    )
    return "\n".join([head, "-" * len(head), *map(_line, results)])


def _line(result: Result) -> str:
    verdict = "held" if result.held else "NOT HELD"
    return (
        f"{result.case:<38} {result.clients:>7} {result.rate:>8.0f} {result.floor_rate:>8.0f} {result.ratio:>6.2f} "
        f"{result.bar:>5.2f}  {verdict:<8} {result.p50_ms:>5.1f} ms {result.p95_ms:>5.1f} ms"
    )


def write(results: Sequence[Result]) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"hot-paths-{now:%Y%m%d-%H%M%S}.json"
    rows = [{**asdict(result), "held": result.held} for result in results]
    path.write_text(json.dumps({"at": now.isoformat(), "python": platform.python_version(), "rows": rows}, indent=2))
    return path
