from __future__ import annotations

from uuid import UUID

from echoroom.events.models import Event
from matching.former import Weights
from matching.models import MatchingWeights


def weights_of(*, event_id: UUID) -> Weights:
    """How much each criterion counts at this event, the defaults where nobody has chosen; one query."""
    row = MatchingWeights.objects.filter(pk=event_id).values(*MatchingWeights.CRITERIA).first()
    return Weights(**row) if row else Weights()


def weights_in(event: Event) -> Weights:
    """The same, of an event that was read with its `matching_weights`; no query."""
    row = getattr(event, "matching_weights", None)
    return Weights(**{name: getattr(row, name) for name in MatchingWeights.CRITERIA}) if row else Weights()
