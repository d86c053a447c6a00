"""Who is asking: a seat in an event, a member of staff, or nobody yet."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils.functional import SimpleLazyObject

from echoroom.accounts.models import User
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import (
    register_browser,
    seat_by_token,
    seat_of,
    seat_of_device,
    was_taken_over,
)
from echoroom.viewer import ANONYMOUS, Viewer

DEVICE = "device"
AS_STAFF = b"as=staff"


def viewer_of(request: HttpRequest) -> Viewer:
    """The seat that this browser's session holds. Asked once a request and device."""
    device = device_of(request)
    known: tuple[str, Viewer] | None = getattr(request, "seated", None)
    if known is None or known[0] != device:
        known = (device, (seat_of_device(device) if device else None) or ANONYMOUS)
        request.seated = known  # type: ignore[attr-defined]
    return known[1]


def device_of(request: HttpRequest) -> str:
    """What the browser's session keeps of its seat, else ""."""
    return str(request.session.get(DEVICE, ""))


def is_moved(request: HttpRequest) -> bool:
    """Whether this browser held a seat that another device has taken over."""
    device = device_of(request)
    return bool(device) and viewer_of(request).participant_id is None and was_taken_over(device=device)


def sit_down(request: HttpRequest, participant: Participant, *, remember: bool = False) -> Viewer:
    """Put a seat into the browser's session, under a new session key. Not remembered, it ends with the browser."""
    seat = seat_of(participant)
    request.session.cycle_key()
    # Known before the session names it, and not tied to the session's key, which a staff sign-in may change.
    request.session[DEVICE] = register_browser(by=seat)
    request.session.set_expiry(None if remember else 0)
    return seat


def token_in(header: str) -> str:
    """The token of `Authorization: Seat <token>`, else ""."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "seat" else ""


async def viewer_of_scope(scope: Any) -> Viewer:
    """Who opened a socket: asked again at every heartbeat, so it reads the session anew."""
    viewer: Viewer = await _viewer_in_thread(scope)
    return viewer


def _viewer_of_scope(scope: Any) -> Viewer:
    headers = {name: value.decode("latin-1") for name, value in scope.get("headers", [])}
    if token := token_in(headers.get(b"authorization", "")) or _token_of_subprotocols(scope):
        return seat_by_token(token) or ANONYMOUS
    key = parse_cookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return ANONYMOUS
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    if AS_STAFF in scope.get("query_string", b"").split(b"&"):
        # The console's socket, also in a browser in which the organiser has entered an event as a player.
        return _staff_of_session(session)
    device = session.get(DEVICE)
    return (seat_of_device(device) if device else None) or _staff_of_session(session)


# Not sync_to_async: that thread would keep its database connection, which the pool then lacks.
_viewer_in_thread = database_sync_to_async(_viewer_of_scope, thread_sensitive=False)


def _token_of_subprotocols(scope: Any) -> str:
    # A browser cannot set headers on a socket; a client without cookies names its token as a subprotocol.
    offered = [name for name in scope.get("subprotocols", []) if name.startswith("seat.")]
    return offered[0].removeprefix("seat.") if offered else ""


def _staff_of_session(session: Any) -> Viewer:
    user = staff_of_session(session)
    return Viewer(user_id=user.pk, participant_id=None, event_id=None, role=user.role) if user else ANONYMOUS


def staff_of_session(session: Any) -> User | None:
    pk = session.get("_auth_user_id")
    user = get_user_model().objects.filter(pk=pk, is_active=True).first() if pk else None
    if user is None or session.get("_auth_user_hash") != user.get_session_auth_hash():
        return None
    return user if user.is_staff else None


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame needs: the viewer, their event's name and brand, the sockets' address."""
    viewer = viewer_of(request) if hasattr(request, "session") else ANONYMOUS
    return {
        "viewer": viewer,
        "event": SimpleLazyObject(partial(_event_of, request, viewer)),
        "live_url": settings.LIVE_URL,
    }


def _event_of(request: HttpRequest, viewer: Viewer) -> Event | None:
    """The event that the view has loaded already, else the viewer's; a part of a page may never ask."""
    known: Event | None = getattr(request, "event", None)
    if known is None and viewer.event_id:
        known = Event.objects.filter(pk=viewer.event_id).first()
    return known
