"""What a part of `make bench-matching` found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.bars import Bar


@dataclass(frozen=True, slots=True)
class Report:
    bars: Sequence[Bar]
    facts: Mapping[str, Any]
