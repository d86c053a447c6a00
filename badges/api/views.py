from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny

from badges.api import serializers
from badges.selectors.showing import ShownBadge, is_public, person_shown, shelf_of
from badges.services.telling import show_badges
from echoroom.api.serializers import parse
from echoroom.api.views import ApiView
from echoroom.events.permissions import HasSeat, SeatRequest


class ShelfView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(responses=serializers.ShelfSerializer)
    def get(self, request: SeatRequest) -> dict[str, Any]:
        """Every badge there is, in the catalogue's order, and which of them are mine."""
        shelf = shelf_of(viewer=request.user)
        return {
            "badges": [{**_badge(shown), "earned": shown.is_earned} for shown in shelf],
            "earned": sum(1 for shown in shelf if shown.is_earned),
            "of": len(shelf),
        }


class PersonView(ApiView):
    """For whoever is in the same event, and for everybody if the person agreed to that."""

    permission = AllowAny
    rate_scope = "room_read"

    @extend_schema(operation_id="badges_of_person", responses=serializers.PersonBadgesSerializer)
    def get(self, request: SeatRequest, participant: UUID) -> dict[str, Any]:
        """The badges that somebody has earned."""
        person = person_shown(viewer=request.user, participant_id=participant)
        return {
            "participant": person.participant.pk,
            "name": person.participant.name,
            "badges": [_badge(shown) for shown in person.badges],
        }


class ShowcaseView(ApiView):
    permission = HasSeat
    rate_scope = {"GET": "room_read", "PATCH": "write"}

    @extend_schema(responses=serializers.ShowcaseSerializer)
    def get(self, request: SeatRequest) -> dict[str, Any]:
        """Whether people outside the event see my badges."""
        return {"public": is_public(viewer=request.user)}

    @extend_schema(request=serializers.ShowcaseSerializer, responses=serializers.ShowcaseSerializer)
    def patch(self, request: SeatRequest) -> dict[str, Any]:
        """Show my badges outside the event too, or within it only."""
        to_everybody = parse(serializers.ShowcaseSerializer, request)["public"]
        show_badges(by=request.user, to_everybody=to_everybody)
        return {"public": to_everybody}


def _badge(shown: ShownBadge) -> dict[str, Any]:
    return {
        "key": shown.badge.key,
        "name": shown.badge.name,
        "rarity": shown.badge.rarity.value,
        "description": shown.badge.description,
        "awarded_at": shown.awarded_at,
        "room": shown.room,
        "reason": shown.reason,
    }
