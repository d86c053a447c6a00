from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from echoroom.api.authentication import KEY_SCHEME, KeyGrant, KeyPrincipal, credentials
from echoroom.api.services import use_api_key


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <secret>`; `request.auth` is the `KeyGrant`. Only for views that ask for it."""

    def authenticate(self, request: Request) -> tuple[KeyPrincipal, KeyGrant] | None:
        secret = credentials(request, KEY_SCHEME)
        if secret is None:
            return None
        key = use_api_key(secret=secret)
        if key is None:
            raise AuthenticationFailed("This API key is unknown, revoked or expired.")
        grant = KeyGrant(event_id=key.event_id, scopes=frozenset(key.scopes))
        return KeyPrincipal(key_id=key.pk, event_id=key.event_id), grant

    def authenticate_header(self, request: Request) -> str:
        return KEY_SCHEME
