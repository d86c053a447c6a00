"""Who waits is told why, as often as that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from echoroom.bulk import any_of
from matching.former import Terms, Unplaced
from matching.former.rules import levels
from matching.models import MATE_AWAY, Ticket
from matching.selectors.snapshot import Snapshot


def tell_why(*, snapshot: Snapshot, unplaced: Sequence[Unplaced], terms: Terms) -> int:
    """Leave on the waiting tickets of a locked queue why they wait, and which rules give way to their wait by now.

    One write for each different answer, none for what has been said already. Returns how many tickets it changed.
    """
    said: defaultdict[tuple[str, int | None, int], list[UUID]] = defaultdict(list)
    for place in snapshot.mateless:
        if place.why != MATE_AWAY:
            said[MATE_AWAY, None, place.level].append(place.ticket_id)
    waited = dict(zip(snapshot.pool.tickets.tolist(), levels(snapshot.pool.waited, terms).tolist(), strict=True))
    for one in unplaced:
        place, level = snapshot.places[one.ticket], int(waited[one.ticket])
        if (place.why, place.missing, place.level) != (one.why.value, one.missing, level):
            said[one.why.value, one.missing, level].append(place.ticket_id)
    return sum(
        Ticket.objects.waiting().filter(pk__in=any_of(tickets)).update(why=why, missing=missing, level=level)
        for (why, missing, level), tickets in said.items()
    )
