from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any


def cut(send: Callable[[Any], Awaitable[None]]) -> None:
    """End the connection behind an ASGI `send` at once, with all that still waits to leave.

    ASGI knows only the polite way, and uvicorn's waits for a reader who has stalled to read on: for ever, if the other
    side keeps the connection and its window shut. Its `send` is a method of the object that holds the transport.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    # Not asked for its class: other event loops have transports of their own.
    if abort := getattr(transport, "abort", None):
        abort()
