from __future__ import annotations

from echoroom.events.models import Event
from matching.former import Weights
from matching.models import MatchingWeights


def weights_in(event: Event) -> Weights:
    """How much each criterion counts at this event, the defaults where nobody has chosen.

    No query for an event that was read with its `matching_weights`.
    """
    row = getattr(event, "matching_weights", None)
    return Weights(**{name: getattr(row, name) for name in MatchingWeights.CRITERIA}) if row else Weights()
