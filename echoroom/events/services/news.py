"""Personal news: what concerns one participant wherever their page is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import F

from echoroom import live
from echoroom.bulk import any_of
from echoroom.events.models import Participant


def tell(participant_ids: Iterable[UUID], *, kind: str) -> None:
    """Announce `kind` on the `me` topic of each. Inside the transaction of the change it reports."""
    tell_each(dict.fromkeys(participant_ids, kind))


def tell_each(kinds: Mapping[UUID, str], /) -> None:
    """The same for people with news of different kinds. Once in a transaction, and last: who is told stays locked."""
    # Locked in one order: two that tell at once must not wait for each other in a circle.
    people = Participant.objects.filter(pk__in=any_of(kinds)).order_by("pk").select_for_update()
    versions = dict(people.values_list("pk", "version"))
    Participant.objects.filter(pk__in=any_of(versions)).update(version=F("version") + 1)
    live.announce_each([(f"me:{pk}", version + 1, kinds[pk]) for pk, version in versions.items()])
