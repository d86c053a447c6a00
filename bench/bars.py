"""What was measured, the bar it must hold, and whether it did: as a table and as a file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
HEAD = ("What", "Measured", "Bar", "Held")


@dataclass(frozen=True, slots=True)
class Bar:
    what: str
    measured: str
    bar: str
    held: bool


def all_of(what: str, found: int, wanted: int) -> Bar:
    """Held when every one of at least one was found."""
    return Bar(what, f"{found} of {wanted}", "all", found == wanted > 0)


def none_of(what: str, found: int) -> Bar:
    return Bar(what, str(found), "0", found == 0)


def at_most(what: str, measured: float, limit: float, unit: str, *, digits: int = 1) -> Bar:
    return Bar(what, f"{measured:.{digits}f} {unit}", f"{limit:g} {unit}", measured <= limit)


def table(bars: Sequence[Bar]) -> str:
    """In a terminal, or pasted into a page of Markdown."""
    return grid(HEAD, [(bar.what, bar.measured, bar.bar, "yes" if bar.held else "NO") for bar in bars])


def grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rows = list(rows)
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    title = "| " + " | ".join(cell.ljust(width) for cell, width in zip(head, widths, strict=True)) + " |"
    return "\n".join([title, "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines])


def write(name: str, bars: Sequence[Bar], facts: Mapping[str, Any]) -> Path:
    RESULTS.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"{name}-{now:%Y%m%d-%H%M%S}.json"
    content = {
        "at": now.isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "bars": [asdict(bar) for bar in bars],
        "passed": all(bar.held for bar in bars),
        **facts,
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path
