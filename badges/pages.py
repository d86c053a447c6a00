"""A shelf of badges in words and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from badges.catalogue import Badge
from badges.selectors.showing import ShownBadge

# A toast is read in passing.
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Shelf:
    earned: list[ShownBadge]
    open: list[ShownBadge]

    @property
    def of(self) -> int:
        return len(self.earned) + len(self.open)

    @property
    def etag(self) -> str:
        """Differs once more is earned: no badge is ever taken back."""
        return f'"{len(self.earned)}"'


def shelf(badges: Sequence[ShownBadge]) -> Shelf:
    """What is earned, and what is still open, both in the catalogue's order."""
    return Shelf(
        earned=[shown for shown in badges if shown.is_earned],
        open=[shown for shown in badges if not shown.is_earned],
    )


def news_words(badges: Sequence[Badge]) -> tuple[str, str]:
    """A toast's title and its sentence."""
    if len(badges) == 1:
        return f"Badge earned: {badges[0].name}", badges[0].description
    names = ", ".join(badge.name for badge in badges[:MOST_NAMES])
    more = len(badges) - MOST_NAMES
    return f"{len(badges)} badges earned", f"{names} and {more} more" if more > 0 else names
