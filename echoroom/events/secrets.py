"""Tokens that open a seat. What is stored is a hash: a leaked table opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode

from django.utils.crypto import salted_hmac

NONCE_LENGTH = 22


def new_token() -> str:
    return secrets.token_urlsafe(32)


def repeatable_token(*, key: str, nonce: str = "") -> str:
    """A token that need not be stored to be told again to whoever sends `key`: it begins with its `nonce`.

    The rest of it is an HMAC-SHA-256 (RFC 2104) of both under the installation's secret, in base64url.
    """
    nonce = nonce or secrets.token_urlsafe(16)
    code = salted_hmac("echoroom.events.repeatable_token", f"{nonce}:{key}", algorithm="sha256").digest()
    return nonce + urlsafe_b64encode(code).rstrip(b"=").decode()


def nonce_of(token: str) -> str:
    return token[:NONCE_LENGTH]


def hashed(token: str) -> str:
    """SHA-256 in hex. Tokens carry 256 random bits, so a slow password hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
