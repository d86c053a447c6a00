"""Personal news: what concerns one participant wherever their page is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F

from echoroom import live
from echoroom.events.models import Participant


def tell(participant_ids: Iterable[UUID], *, kind: str) -> None:
    """Announce `kind` on the `me` topic of each. Inside the transaction of the change it reports."""
    tell_each(dict.fromkeys(participant_ids, kind))


def tell_each(kinds: Mapping[UUID, str], /) -> None:
    """The same for people with news of different kinds. Once in a transaction, and last: who is told stays locked."""
    ids = sorted(kinds)
    # Locked in one order: two that tell at once must not wait for each other in a circle.
    list(Participant.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    Participant.objects.filter(pk__in=ids).update(version=F("version") + 1)
    for pk, version in Participant.objects.filter(pk__in=ids).values_list("pk", "version"):
        live.announce(f"me:{pk}", version=version, type=kinds[pk])
