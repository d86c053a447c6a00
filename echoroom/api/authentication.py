"""Who asks. An app that knows people derives from the first two; keys for machines are our own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from echoroom.api.csrf import require_csrf

KEY_SCHEME = "Api-Key"
SEAT_SCHEME = "Seat"


class SessionAuthentication(BaseAuthentication):
    """A browser's session. Override `person` to say who it belongs to."""

    def person(self, request: Request) -> Any | None:
        user = getattr(request._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        person = self.person(request)
        if person is None:
            return None
        require_csrf(request._request)
        return person, None


class SeatAuthentication(BaseAuthentication):
    """`Authorization: Seat <token>`. Override `holder`; None refuses the token."""

    def holder(self, token: str) -> Any | None:
        raise NotImplementedError

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = credentials(request, SEAT_SCHEME)
        if token is None:
            return None
        holder = self.holder(token)
        if holder is None:
            raise AuthenticationFailed("This token does not hold a seat any more. Enter again.")
        return holder, holder

    def authenticate_header(self, request: Request) -> str:
        return SEAT_SCHEME


@dataclass(frozen=True, kw_only=True)
class KeyGrant:
    """What an API key may see."""

    event_id: UUID | None
    scopes: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class KeyPrincipal:
    """Who acts when a key does. A key is nobody's session: `is_authenticated` is False, so that a view for
    signed-in
    people refuses it and only a permission that names a scope lets it in."""

    key_id: UUID
    event_id: UUID | None
    is_authenticated: bool = False
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False

    @property
    def pk(self) -> UUID:
        return self.key_id


def credentials(request: Request, scheme: str) -> str | None:
    """What follows the scheme in the Authorization header, or None when it names another one."""
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    named, _, value = header.partition(" ")
    return value.strip() if named.lower() == scheme.lower() and value.strip() else None
