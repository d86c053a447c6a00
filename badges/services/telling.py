"""What a person has been told of their badges, and whom else they are shown to."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from badges.models import Award, Showcase
from echoroom import audit
from echoroom.viewer import Viewer


def take_news(*, by: Viewer) -> list[Award]:
    """The badges that the person has not been told of, oldest first. From now on they have been.

    One query while there is nothing new, which every page asks now and then.
    """
    unseen = Award.objects.filter(participant_id=by.seat_id).unseen()
    if not unseen.exists():
        return []
    with transaction.atomic():
        # Locked: of two devices that ask at once only one tells.
        news = list(unseen.select_for_update())
        Award.objects.filter(pk__in=[award.pk for award in news]).update(seen_at=timezone.now())
    return news


@transaction.atomic
def show_badges(*, by: Viewer, to_everybody: bool) -> None:
    """Show one's badges outside the event too, or within it only. The same choice again is the same success."""
    mine, _ = Showcase.objects.select_for_update().get_or_create(participant_id=by.seat_id)
    if mine.is_public == to_everybody:
        return
    mine.is_public, mine.changed_at = to_everybody, timezone.now()
    mine.save(update_fields=["is_public", "changed_at"])
    action = "badges.shown_to_everybody" if to_everybody else "badges.shown_within_event"
    audit.record(action, by=by, target=mine, event_id=by.event_id)
