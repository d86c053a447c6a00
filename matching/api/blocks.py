"""Whom I do not want in my team again. Only I can read it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from echoroom.api.serializers import StrictSerializer, UUIDField, parse
from echoroom.api.views import ApiView
from echoroom.events.permissions import HasSeat, SeatRequest
from echoroom.viewer import Viewer
from matching.selectors.blocks import blocks_of
from matching.services import blocking


class PersonSerializer(StrictSerializer):
    person = UUIDField(help_text="A participant's id, as in `/people/{id}` and `/api/badges/{id}`.")


class BlockSerializer(serializers.Serializer[object]):
    person = serializers.UUIDField()
    name = serializers.CharField()
    since = serializers.DateTimeField()


class BlocksSerializer(serializers.Serializer[object]):
    blocks = BlockSerializer(many=True)
    most = serializers.IntegerField()


class BlocksView(ApiView):
    permission = HasSeat
    rate_scope = {"GET": "room_read", "POST": "write"}

    @extend_schema(responses=BlocksSerializer)
    def get(self, request: SeatRequest) -> dict[str, Any]:
        """The people whom I have blocked, the latest first."""
        return _blocks(request.user)

    @extend_schema(request=PersonSerializer, responses=BlocksSerializer)
    def post(self, request: SeatRequest) -> dict[str, Any]:
        """Not in my team again. They never learn of it."""
        blocking.block(by=request.user, participant_id=parse(PersonSerializer, request)["person"])
        return _blocks(request.user)


class BlockView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    without_body = ("DELETE",)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: SeatRequest, person: UUID) -> None:
        """Take somebody back."""
        blocking.unblock(by=request.user, participant_id=person)


def _blocks(viewer: Viewer) -> dict[str, Any]:
    blocks = [
        {"person": block.blocked_id, "name": block.blocked.name, "since": block.created_at}
        for block in blocks_of(viewer=viewer)
    ]
    return {"blocks": blocks, "most": blocking.MOST_BLOCKS}
