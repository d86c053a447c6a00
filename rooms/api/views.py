from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError

from echoroom.api.renderers import Answer
from echoroom.api.serializers import parse
from echoroom.api.views import ApiView
from echoroom.events.permissions import HasSeat, SeatRequest
from rooms.api import serializers
from rooms.api.answers import room_answer
from rooms.selectors.responses import MyResponse, my_response
from rooms.selectors.room_view import place_of, room_view
from rooms.selectors.world import quest_page, quests_of, room_being_played, world_of
from rooms.services import committing, seating, voting
from rooms.services.responding import respond
from rooms.services.visiting import visit_room


class WorldView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(responses=serializers.WorldSerializer)
    def get(self, request: SeatRequest) -> dict[str, Any]:
        """The regions of my event and their quests."""
        return {"regions": world_of(viewer=request.user), "room": room_being_played(viewer=request.user)}


class QuestsView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(
        parameters=[OpenApiParameter("region", UUID, description="Only this region's quests.")],
        responses=serializers.QuestListSerializer,
    )
    def get(self, request: SeatRequest) -> dict[str, Any]:
        region = request.query_params.get("region")
        return {"quests": quests_of(viewer=request.user, region_id=_uuid(region) if region else None)}


class QuestView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(operation_id="quest_retrieve", responses=serializers.QuestDetailSerializer)
    def get(self, request: SeatRequest, pk: UUID) -> dict[str, Any]:
        """One quest of my event; of a form or survey also what it asks."""
        found = quest_page(viewer=request.user, quest_id=pk)
        asked = [field.shown() for field in found.form.fields] if found.form else []
        return {**asdict(found.card), "asks": asked}


class ResponseView(ApiView):
    permission = HasSeat
    rate_scope = {"GET": "room_read", "POST": "write"}
    # Repeated by itself. A record of the body would tell which survey sheet is whose.
    idempotent = False

    @extend_schema(responses=serializers.MyResponseSerializer)
    def get(self, request: SeatRequest, pk: UUID) -> MyResponse:
        """Whether I have answered; of a form also what."""
        return my_response(viewer=request.user, quest_id=pk)

    @extend_schema(request=serializers.AnswersSerializer, responses=serializers.MyResponseSerializer)
    def post(self, request: SeatRequest, pk: UUID) -> MyResponse:
        """Answer a form or survey. A form takes other answers while it is open, a survey does not."""
        given = parse(serializers.AnswersSerializer, request)
        return respond(by=request.user, quest_id=pk, answers=given["answers"])


class RoomView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(responses={200: serializers.RoomSerializer, 304: None})
    def get(self, request: SeatRequest, code: str) -> Any:
        """The room as I may see it. Send the ETag back as `If-None-Match`: an unchanged room answers 304."""
        place = visit_room(by=request.user, room_code=code)
        # Contained, not equal: a compressing proxy makes it W/"…", and a client may send several.
        if place.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            response = Answer(status=304)
        else:
            response = Answer(room_answer(room_view(place)))
        response.headers["ETag"] = place.etag
        response.headers["Cache-Control"] = "private, no-cache"
        return response


class StartView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    without_body = ("POST",)

    @extend_schema(request=None, responses=serializers.RoomSerializer)
    def post(self, request: SeatRequest, code: str) -> dict[str, Any]:
        """Open the first decision. A room that plays already is the same success."""
        seating.start_room(by=request.user, room_code=code)
        return room_answer(room_view(place_of(viewer=request.user, room_code=code)))


class LeaveView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    without_body = ("POST",)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: SeatRequest, code: str) -> None:
        """Give up my seat for good. My vote counts."""
        seating.leave_room(by=request.user, room_code=code)


class RevoteView(ApiView):
    permission = HasSeat
    rate_scope = "write"

    @extend_schema(request=serializers.RevoteSerializer, responses=serializers.RoomSerializer)
    def post(self, request: SeatRequest, code: str) -> dict[str, Any]:
        """Open the second blind round of the decision that was revealed."""
        given = parse(serializers.RevoteSerializer, request)
        voting.vote_again(by=request.user, room_code=code, decision_number=given["decision"])
        return room_answer(room_view(place_of(viewer=request.user, room_code=code)))


class VoteView(ApiView):
    permission = HasSeat
    rate_scope = "vote"

    @extend_schema(request=serializers.VoteSerializer, responses=serializers.VoteReceiptSerializer)
    def post(self, request: SeatRequest) -> voting.VoteReceipt:
        """Cast my vote with its reason, or change it until the reveal."""
        given = parse(serializers.VoteSerializer, request)
        return voting.cast_vote(
            by=request.user,
            room_code=given["room"],
            decision_number=given["decision"],
            option_key=given["option"],
            justification=given["justification"],
            round=given.get("round"),
        )


class CommitView(ApiView):
    permission = HasSeat
    rate_scope = "commit"

    @extend_schema(request=serializers.CommitSerializer, responses=serializers.CommitReceiptSerializer)
    def post(self, request: SeatRequest) -> committing.CommitReceipt:
        """Make my team's choice final."""
        given = parse(serializers.CommitSerializer, request)
        return committing.commit(
            by=request.user,
            room_code=given["room"],
            decision_number=given["decision"],
            option_key=given["option"],
            round=given.get("round"),
        )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValidationError({"region": ["This is no id of a region."]}) from error
