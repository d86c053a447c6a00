"""The party with which somebody queues."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from echoroom.api.serializers import CharField, StrictSerializer, parse
from echoroom.api.views import ApiView
from echoroom.events.permissions import HasSeat, SeatRequest
from echoroom.viewer import Viewer
from matching.models import MOST_MEMBERS
from matching.selectors.company import party_of
from matching.services import parties


class CodeSerializer(StrictSerializer):
    code = CharField(max_length=20)


class PartyMateSerializer(serializers.Serializer[object]):
    participant = serializers.UUIDField()
    name = serializers.CharField()
    is_you = serializers.BooleanField()


class PartySerializer(serializers.Serializer[object]):
    code = serializers.CharField(allow_null=True, help_text="Brings others in. Null for who is in no party.")
    members = PartyMateSerializer(many=True, allow_null=True, help_text="Who came first is first.")
    most = serializers.IntegerField(help_text="So many queue together at most.")
    waiting = serializers.BooleanField(allow_null=True)
    quest_id = serializers.UUIDField(allow_null=True, help_text="The quest for whose team it waits.")
    quest_title = serializers.CharField(allow_null=True)


class PartyView(ApiView):
    permission = HasSeat
    rate_scope = {"GET": "room_read", "POST": "write"}
    without_body = ("POST",)

    @extend_schema(responses=PartySerializer)
    def get(self, request: SeatRequest) -> dict[str, Any]:
        """The party in which I am, or nulls."""
        return _party(request.user)

    @extend_schema(request=None, responses=PartySerializer)
    def post(self, request: SeatRequest) -> dict[str, Any]:
        """Make a party. Whoever is in one gets that."""
        parties.make_party(by=request.user)
        return _party(request.user)


class JoinView(ApiView):
    permission = HasSeat
    rate_scope = "party_join"

    @extend_schema(request=CodeSerializer, responses=PartySerializer)
    def post(self, request: SeatRequest) -> dict[str, Any]:
        """Come into a party by its code."""
        parties.join_party(by=request.user, code=parse(CodeSerializer, request)["code"])
        return _party(request.user)


class LeaveView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    without_body = ("POST",)

    @extend_schema(request=None, responses=PartySerializer)
    def post(self, request: SeatRequest) -> dict[str, Any]:
        """Leave my party, and the queue in which it waits. The others keep their places."""
        parties.leave_party(by=request.user)
        return _party(request.user)


def _party(viewer: Viewer) -> dict[str, Any]:
    found = party_of(viewer=viewer)
    if found is None:
        return dict.fromkeys(("code", "members", "waiting", "quest_id", "quest_title")) | {"most": MOST_MEMBERS}
    return {
        "code": found.code,
        "members": [
            {"participant": mate.participant_id, "name": mate.name, "is_you": mate.is_you} for mate in found.mates
        ],
        "most": MOST_MEMBERS,
        "waiting": found.waits,
        "quest_id": found.quest_id,
        "quest_title": found.quest_title or None,
    }
