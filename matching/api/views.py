from __future__ import annotations

from drf_spectacular.utils import extend_schema

from echoroom.api.serializers import parse
from echoroom.api.views import ApiView
from echoroom.events.permissions import HasSeat, SeatRequest
from matching.api.serializers import JoinSerializer, PracticeReceiptSerializer, QueueStatusSerializer, TeamSerializer
from matching.errors import NotInATeam
from matching.likeness import Likeness
from matching.selectors import QueueStatus, queue_status
from matching.selectors.teams import my_likeness
from matching.services import queueing
from matching.services.practice import PracticeReceipt, request_practice


class JoinView(ApiView):
    permission = HasSeat
    rate_scope = "queue_join"

    @extend_schema(request=JoinSerializer, responses=QueueStatusSerializer)
    def post(self, request: SeatRequest) -> QueueStatus:
        """Take a place in a quest's queue, with all of my party. Joining twice keeps the place."""
        given = parse(JoinSerializer, request)
        queueing.join_queue(by=request.user, quest_id=given["quest"], party_code=given.get("party"))
        return queue_status(viewer=request.user)


class LeaveView(ApiView):
    permission = HasSeat
    rate_scope = "write"
    without_body = ("POST",)

    @extend_schema(request=None, responses=QueueStatusSerializer)
    def post(self, request: SeatRequest) -> QueueStatus:
        """Give up my place, and those of my party."""
        queueing.leave_queue(by=request.user)
        return queue_status(viewer=request.user)


class PracticeView(ApiView):
    permission = HasSeat
    rate_scope = "practice"
    without_body = ("POST",)

    @extend_schema(request=None, responses=PracticeReceiptSerializer)
    def post(self, request: SeatRequest) -> PracticeReceipt:
        """Fill my team with practice bots, from the queue or in the lobby. In demo and test events only."""
        return request_practice(by=request.user)


class StatusView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(responses=QueueStatusSerializer)
    def get(self, request: SeatRequest) -> QueueStatus:
        """Where I stand, and the room once I am matched. Asking shows that I am there."""
        queueing.note_presence(by=request.user)
        return queue_status(viewer=request.user)


class TeamView(ApiView):
    permission = HasSeat
    rate_scope = "room_read"

    @extend_schema(responses=TeamSerializer)
    def get(self, request: SeatRequest) -> Likeness:
        """Why this team: what the people of my room have in common, and what makes them mixed."""
        found = my_likeness(viewer=request.user)
        if found is None:
            raise NotInATeam
        return found
