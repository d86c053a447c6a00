"""How the API knows who asks: a seat's token, a browser's session, or staff signed in to the admin."""

from __future__ import annotations

from rest_framework.request import Request

from echoroom.accounts.models import User
from echoroom.api.authentication import SeatAuthentication, SessionAuthentication
from echoroom.events.errors import SeatTakenOver
from echoroom.events.secrets import hashed
from echoroom.events.services.seats import seat_by_token, was_taken_over
from echoroom.events.viewers import staff_of_session, viewer_of
from echoroom.viewer import Viewer


class SeatTokenAuthentication(SeatAuthentication):
    def holder(self, token: str) -> Viewer | None:
        """Raises `SeatTakenOver` for a token whose seat another device has now."""
        holder = seat_by_token(token)
        if holder is None and was_taken_over(device=hashed(token)):
            raise SeatTakenOver
        return holder


class SeatSessionAuthentication(SessionAuthentication):
    """The seat in a browser's session."""

    def person(self, request: Request) -> Viewer | None:
        viewer = viewer_of(request._request)
        return viewer if viewer.participant_id else None


class StaffSessionAuthentication(SessionAuthentication):
    """Staff signed in to the admin."""

    def person(self, request: Request) -> User | None:
        return staff_of_session(request._request.session)
