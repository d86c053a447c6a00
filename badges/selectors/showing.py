"""Badges as people see them: all thirteen for oneself, the earned ones of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from badges.catalogue import BY_KEY, CATALOGUE, Badge
from badges.errors import PersonNotFound
from badges.models import Award, Showcase
from echoroom.events.models import Participant
from echoroom.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ShownBadge:
    """A badge, and when, where and why somebody earned it."""

    badge: Badge
    awarded_at: datetime | None = None
    room: str | None = None
    reason: str | None = None

    @property
    def is_earned(self) -> bool:
        return self.awarded_at is not None


@dataclass(frozen=True, slots=True)
class PersonShown:
    participant: Participant
    badges: list[ShownBadge]


def shelf_of(*, viewer: Viewer) -> list[ShownBadge]:
    """All badges in the catalogue's order, earned by the viewer or not; one query."""
    earned = _earned(Award.objects.filter(participant_id=viewer.seat_id))
    return [earned.get(badge.key) or ShownBadge(badge) for badge in CATALOGUE]


def badges_of(*, viewer: Viewer) -> list[ShownBadge]:
    """What the viewer has earned, in the catalogue's order; one query."""
    return [shown for shown in shelf_of(viewer=viewer) if shown.is_earned]


def news_for(*, viewer: Viewer) -> list[Badge]:
    """What the viewer has earned and not been shown yet, in the catalogue's order; one query. It changes nothing."""
    unseen = set(Award.objects.filter(participant_id=viewer.seat_id).unseen().values_list("badge", flat=True))
    return [badge for badge in CATALOGUE if badge.key in unseen]


def earned_in(*, viewer: Viewer, room_code: str) -> list[ShownBadge]:
    """What the viewer has earned in one room; one query. A room of others holds nothing of theirs."""
    if "\0" in room_code:
        return []  # PostgreSQL cannot even be asked for it
    earned = _earned(Award.objects.filter(participant_id=viewer.seat_id, room__code=room_code))
    return [earned[badge.key] for badge in CATALOGUE if badge.key in earned]


def person_shown(*, viewer: Viewer, participant_id: UUID) -> PersonShown:
    """Somebody of the viewer's own event, or somebody who shows their badges to everybody; two queries.

    Anybody else does not exist for the viewer, and neither does a practice bot or who has not agreed to be seen.
    """
    visible = Q(showcase__is_public=True) | Q(event_id=viewer.event_id, event_id__isnull=False)
    people = Participant.objects.filter(visible, pk=participant_id, is_bot=False, consented_at__isnull=False)
    person = people.exclude(name="").select_related("event").first()
    if person is None:
        raise PersonNotFound
    earned = _earned(Award.objects.filter(participant=person))
    badges = [earned[badge.key] for badge in CATALOGUE if badge.key in earned]
    if person.event_id != viewer.event_id:
        # Room and reason would tell which member of a map that is shared without names this person is.
        badges = [ShownBadge(shown.badge, shown.awarded_at) for shown in badges]
    return PersonShown(person, badges)


def is_public(*, viewer: Viewer) -> bool:
    """Whether the viewer shows their badges outside the event too; one query."""
    return Showcase.objects.filter(participant_id=viewer.seat_id, is_public=True).exists()


def _earned(awards: QuerySet[Award]) -> dict[str, ShownBadge]:
    rows = awards.values_list("badge", "awarded_at", "room__code", "reason")
    return {key: ShownBadge(BY_KEY[key], awarded_at, room, reason) for key, awarded_at, room, reason in rows}
