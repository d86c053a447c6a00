"""Signs what is posted, as Standard Webhooks has it (standardwebhooks.com, version 1)."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed_headers(*, secret: str, key: str, at: datetime, body: bytes) -> dict[str, str]:
    """HMAC-SHA256 over id, time and body: neither can be exchanged. `at` is when it is sent, to refuse old ones by."""
    seconds = str(int(at.timestamp()))
    signed = b".".join([key.encode(), seconds.encode(), body])
    digest = hmac.digest(base64.b64decode(secret.removeprefix(PREFIX)), signed, "sha256")
    return {
        "webhook-id": key,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
