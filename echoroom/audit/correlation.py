"""The id of the request being answered; the API's middleware sets it, the journal and the logs read it."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("echoroom_request_id", default="")
