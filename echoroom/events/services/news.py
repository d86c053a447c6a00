"""Personal news: what concerns one participant wherever their page is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from echoroom import live
from echoroom.bulk import count_up
from echoroom.events.models import Participant


def tell(participant_ids: Iterable[UUID], *, kind: str) -> None:
    """Announce `kind` on the `me` topic of each. Inside the transaction of the change it reports."""
    tell_each(dict.fromkeys(participant_ids, kind))


def tell_each(kinds: Mapping[UUID, str], /) -> None:
    """The same for people with news of different kinds. Once in a transaction, and last: who is told stays locked."""
    # Locked in one order: two that tell at once must not wait for each other in a circle.
    versions = count_up(Participant, "version", kinds)
    live.announce_each([(f"me:{pk}", version, kinds[pk]) for pk, version in versions.items()])
