from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from echoroom.viewer import Viewer


class SeatRequest(Request):
    """What a view behind `HasSeat`, or one that lets anybody in, is handed: its user is a `Viewer`."""

    user: Viewer  # type: ignore[assignment]


class HasSeat(BasePermission):
    """Somebody who has entered an event. Which objects they may see is each selector's filter."""

    message = "Enter with your event's code, then try again."

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return isinstance(user, Viewer) and user.participant_id is not None
