"""How long people wait when not every wait was seen to its end: Kaplan and Meier's estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Curve:
    """`done[i]` is the estimated share of waits that have ended in a team after `seconds[i]`; both grow.

    `longest` is the longest wait seen at all, also one without an end.
    """

    seconds: NDArray[np.float64]
    done: NDArray[np.float64]
    longest: float

    def quantile(self, share: float) -> float | None:
        """Seconds after which this share of the waits has ended; None if so many never did."""
        at = int(np.searchsorted(self.done, share - 1e-9))
        return float(self.seconds[at]) if at < len(self.seconds) else None


def kaplan_meier(waits: Sequence[float], matched: Sequence[bool]) -> Curve:
    """The product-limit estimate (Kaplan & Meier 1958), which takes a wait that was broken off for what it is: so long
    at least.

    `matched[i]` tells whether `waits[i]`, in seconds, ended in a team. Who left at the very moment at which somebody
    else was matched still counts as waiting then, as is usual.
    """
    if not len(waits):
        return Curve(np.empty(0), np.empty(0), 0.0)
    seconds, is_matched = np.asarray(waits, float), np.asarray(matched, bool)
    ends, numbers = np.unique(seconds[is_matched], return_counts=True)
    at_risk = len(seconds) - np.searchsorted(np.sort(seconds), ends, side="left")
    done = (1 - np.cumprod(1 - numbers / at_risk)).astype(np.float64)
    return Curve(ends, done, float(seconds.max()))
