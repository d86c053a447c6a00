from __future__ import annotations

from uuid import UUID

from matching.former import Weights
from matching.models import MatchingWeights


def weights_of(*, event_id: UUID) -> Weights:
    """How much each criterion counts at this event, the defaults where nobody has chosen; one query."""
    row = MatchingWeights.objects.filter(pk=event_id).values(*MatchingWeights.CRITERIA).first()
    return Weights(**row) if row else Weights()
