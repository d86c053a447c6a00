from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from echoroom.api.authentication import KeyGrant
from echoroom.api.keys import KeyAuthentication
from echoroom.api.models import ApiKey
from echoroom.api.permissions import AnyOf, HasScope
from echoroom.api.serializers import parse
from echoroom.api.views import ApiView
from echoroom.events.authentication import SeatSessionAuthentication, SeatTokenAuthentication
from echoroom.events.permissions import HasSeat, SeatRequest
from rooms.api import serializers
from rooms.faces.files import FACES, downloaded
from rooms.faces.shown import ShownMap
from rooms.models import DecisionMap
from rooms.selectors.maps import map_for, map_for_machine
from rooms.services.sharing import share_map, url_of, withdraw_my_share

FORMAT = OpenApiParameter(
    "format", str, required=True, enum=list(FACES), description="The face. Any other is refused as `format_unknown`."
)
FILES = {
    (200, face.content_type.partition(";")[0]): OpenApiResponse(OpenApiTypes.BINARY, "The file.")
    for face in FACES.values()
}


class MapView(ApiView):
    """For people with a seat, and for machines with an API key of the event."""

    authentication_classes = [KeyAuthentication, SeatTokenAuthentication, SeatSessionAuthentication]
    permission = AnyOf(HasSeat, HasScope(ApiKey.Scope.ARTIFACTS_READ))

    def found(self, request: SeatRequest, pk: UUID) -> DecisionMap:
        """The decision map of a room that the person played, or of any room of an API key's event."""
        if isinstance(request.auth, KeyGrant):
            return map_for_machine(event_id=request.auth.event_id, pk=pk)
        return map_for(viewer=request.user, pk=pk)


class ArtifactView(MapView):
    rate_scope = "room_read"

    @extend_schema(responses=serializers.ArtifactSerializer)
    def get(self, request: SeatRequest, pk: UUID) -> dict[str, Any]:
        """The decision map of a room that I played, or of any room of an API key's event."""
        found = self.found(request, pk)
        return {"id": found.pk, "digest": found.digest, "created_at": found.created_at, "document": found.document}


class ExportView(MapView):
    rate_scope = "map_file"

    @extend_schema(parameters=[FORMAT], responses={**FILES, 304: None})
    def get(self, request: SeatRequest, pk: UUID) -> HttpResponse:
        """The decision map as a file: a web page, a PDF, Markdown, or the JSON whose SHA-256 is the map's digest."""
        shown = ShownMap.of(self.found(request, pk))
        return downloaded(request._request, shown, request.query_params.get("format"))


class ShareView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    without_body = ("DELETE",)

    @extend_schema(request=serializers.ShareSerializer, responses=serializers.ShareLinkSerializer)
    def post(self, request: SeatRequest, pk: UUID) -> dict[str, str]:
        """Make my link to this map, for people outside; names are replaced in what it shows. Again: the same link."""
        given = parse(serializers.ShareSerializer, request)
        return {"url": url_of(share_map(by=request.user, map_id=pk, shows_my_name=given["show_my_name"]))}

    @extend_schema(responses={204: None})
    def delete(self, request: SeatRequest, pk: UUID) -> None:
        """Withdraw my link: from now on it answers 410 `share_withdrawn`."""
        withdraw_my_share(by=request.user, map_id=pk)
