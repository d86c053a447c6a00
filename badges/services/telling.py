"""What a person has been told of their badges, and whom else they are shown to."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from badges.catalogue import BY_KEY
from badges.models import Award, Showcase
from echoroom import audit
from echoroom.events.services.seats import hold_person
from echoroom.viewer import Viewer


def mark_seen(*, by: Viewer, badges: Collection[str]) -> int:
    """The person has been shown these of their badges. Returns how many of them were news; again, none is.

    Said by the page that shows them, not assumed of whoever fetched it: a browser that fetches ahead shows nothing.
    """
    shown = Award.objects.filter(participant_id=by.seat_id, badge__in=BY_KEY.keys() & set(badges))
    return shown.unseen().update(seen_at=timezone.now())


@transaction.atomic
def show_badges(*, by: Viewer, to_everybody: bool) -> None:
    """Show one's badges outside the event too, or within it only. The same choice again is the same success."""
    mine, _ = Showcase.objects.select_for_update().get_or_create(participant_id=by.seat_id)
    hold_person(by=by)
    if mine.is_public == to_everybody:
        return
    mine.is_public, mine.changed_at = to_everybody, timezone.now()
    mine.save(update_fields=["is_public", "changed_at"])
    action = "badges.shown_to_everybody" if to_everybody else "badges.shown_within_event"
    audit.record(action, by=by, target=mine, event_id=by.event_id)


def hide_badges(*, by: None = None, participant_id: UUID) -> None:
    """Whoever is erased shows their badges to nobody outside: without a row they never did."""
    Showcase.objects.filter(participant_id=participant_id).delete()
