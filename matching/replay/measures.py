"""What the replay has seen of the server: how long it took, what it refused, where it failed."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Measures:
    """`seconds` holds each answer's time by endpoint; a 304 counts as an endpoint of its own."""

    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refusals: Counter[str] = field(default_factory=Counter)
    server_errors: Counter[str] = field(default_factory=Counter)
    connection_errors: Counter[str] = field(default_factory=Counter)
    waited: float = 0.0

    @property
    def requests(self) -> int:
        return sum(len(times) for times in self.seconds.values())

    def endpoints(self) -> list[dict[str, Any]]:
        """Per endpoint the number of answers and the percentiles in milliseconds."""
        return [
            {"endpoint": endpoint, "requests": len(times), **_percentiles(times)}
            for endpoint, times in sorted(self.seconds.items())
        ]

    def overall(self) -> dict[str, float]:
        return _percentiles([seconds for times in self.seconds.values() for seconds in times])


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {f"p{share}": round(_percentile(ordered, share) * 1000, 1) for share in (50, 95, 99)}


def _percentile(ordered: Sequence[float], share: int) -> float:
    """The nearest rank: a time that was really measured."""
    if not ordered:
        return 0.0
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
