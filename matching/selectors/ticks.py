"""What the matcher decided lately, to ask again what it would have done otherwise."""

from __future__ import annotations

from uuid import UUID

from matching.models import MatchTick
from rooms.models import Quest

MOST_LISTED = 12
# Asking again takes as long as the tick did, twice: larger ones are for the command.
MOST_WAITING = 2000


def latest_ticks(*, quest: Quest) -> list[MatchTick]:
    """Those that one can look at, the newest first, without what they were asked and answered; one query."""
    ticks = MatchTick.objects.filter(quest=quest, waiting__lte=MOST_WAITING).defer("problem", "result")
    return list(ticks.order_by("-at", "-pk")[:MOST_LISTED])


def tick_to_ask(*, quest: Quest, tick_id: UUID | None) -> MatchTick | None:
    """This tick of the queue, or its newest one; one query."""
    ticks = MatchTick.objects.filter(quest=quest, waiting__lte=MOST_WAITING)
    if tick_id is not None:
        ticks = ticks.filter(pk=tick_id)
    return ticks.order_by("-at", "-pk").first()
