"""How the API knows who asks: a seat's token, a browser's session, or staff signed in to the admin."""

from __future__ import annotations

from rest_framework.request import Request

from echoroom.accounts.models import User
from echoroom.api.authentication import SeatAuthentication, SessionAuthentication
from echoroom.events.services.seats import seat_by_token
from echoroom.events.viewers import staff_of_session, viewer_of
from echoroom.viewer import Viewer


class SeatTokenAuthentication(SeatAuthentication):
    def holder(self, token: str) -> Viewer | None:
        return seat_by_token(token)


class SeatSessionAuthentication(SessionAuthentication):
    """The seat in a browser's session."""

    def person(self, request: Request) -> Viewer | None:
        viewer = viewer_of(request._request)
        return viewer if viewer.participant_id else None


class StaffSessionAuthentication(SessionAuthentication):
    """Staff signed in to the admin."""

    def person(self, request: Request) -> User | None:
        return staff_of_session(request._request.session)
