"""What a good team is at one event."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from uuid import UUID

from django.db import transaction

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.models import Event
from matching.errors import EventNotFound, WeightsAllZero, WeightWrong
from matching.models import MatchingWeights

# More than this says no more than this: what counts is each one's share.
LARGEST = 100.0


@transaction.atomic
def set_weights(*, by: User, event_id: UUID, weights: Mapping[str, float]) -> MatchingWeights:
    """Form the event's teams by these from the next tick on; a criterion that is not named keeps its weight.

    Raises `EventNotFound`, `WeightWrong` for one that is negative, too large or no number, and `WeightsAllZero`.
    """
    event = Event.objects.visible_to(by).select_for_update(of=("self",), no_key=True).filter(pk=event_id).first()
    if event is None:
        raise EventNotFound
    row = MatchingWeights.objects.filter(pk=event.pk).first() or MatchingWeights(event=event)
    for name, value in weights.items():
        if name not in MatchingWeights.CRITERIA or not isfinite(value) or not 0 <= value <= LARGEST:
            raise WeightWrong(errors={name: [WeightWrong.detail]})
        setattr(row, name, value)
    values = {name: getattr(row, name) for name in MatchingWeights.CRITERIA}
    if not any(values.values()):
        raise WeightsAllZero
    row.save()
    audit.record("matching_weights.set", by=by, target=row, event_id=event.pk, **values)
    return row


@transaction.atomic
def reset_weights(*, by: User, event_id: UUID) -> None:
    """Back to the defaults. An event that has them already is the same success."""
    row = MatchingWeights.objects.visible_to(by).filter(pk=event_id).first()
    if row is not None:
        audit.record("matching_weights.reset", by=by, target=row, event_id=event_id)
        row.delete()
