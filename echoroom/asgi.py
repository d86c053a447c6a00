"""HTTP and sockets in one application.

Embedded mode runs all of EchoRoom from here. In production the `live` process serves the sockets with it,
and of HTTP what a balancer asks: the health.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echoroom.settings")
http = get_asgi_application()

# Models are loaded from here on.
from django.conf import settings  # noqa: E402

from echoroom.embedded import Embedded  # noqa: E402
from echoroom.events.viewers import viewer_of_scope  # noqa: E402
from echoroom.live.consumer import LiveConsumer, Receive, Scope, Send  # noqa: E402
from echoroom.live.origins import OriginCheck  # noqa: E402
from echoroom.outbox import dispatcher  # noqa: E402

logger = logging.getLogger(__name__)

SOCKETS: dict[str, Any] = {"/ws/live": OriginCheck(LiveConsumer(viewer_of=viewer_of_scope))}


async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
    socket = SOCKETS.get(scope["path"])
    if socket is None:
        await receive()
        await send({"type": "websocket.close", "code": 4404})
        return
    await socket(scope, receive, send)


# Each request that runs gets a thread, and SQLite lets one of them write: beyond a few they only wait for each other.
HTTP_AT_ONCE = 8


# A body that is larger than this goes on arriving while its request has its turn.
READ_AHEAD = 1024 * 1024


class Bounded:
    """Lets a few requests run at a time; the others wait for their turn in order of arrival.

    Whose body is still on its way has no turn yet: eight stalled clients would otherwise be all that is served. When
    the server stops, what has not had its turn is told to come again.
    """

    def __init__(self, app: Any, *, at_once: int) -> None:
        self._app = app
        self._turns = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            receive = await _read_ahead(receive)
            await self._turns.acquire()
        except asyncio.CancelledError:
            await _come_again(send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._turns.release()


async def _read_ahead(receive: Receive) -> Receive:
    """Wait for the whole body; gives what hands it out again, and then whatever comes after it."""
    message = await receive()
    read, size = deque([message]), len(message.get("body", b""))
    while message.get("more_body") and size <= READ_AHEAD:
        message = await receive()
        read.append(message)
        size += len(message.get("body", b""))

    async def again() -> Any:
        return read.popleft() if read else await receive()

    return again


async def _come_again(send: Send) -> None:
    headers = [(b"retry-after", b"2"), (b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Starts and stops what runs beside the requests. uvicorn needs `--lifespan on` to fail loudly here."""
    embedded = Embedded() if settings.EMBEDDED else None
    await receive()  # lifespan.startup
    try:
        if embedded:
            await asyncio.to_thread(embedded.start)
    except Exception as exc:
        await send({"type": "lifespan.startup.failed", "message": str(exc)})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()  # lifespan.shutdown
    await asyncio.to_thread(embedded.stop if embedded else dispatcher.stop)
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter(
    {
        "http": Bounded(http, at_once=HTTP_AT_ONCE) if settings.EMBEDDED else http,
        "websocket": websocket,
        "lifespan": lifespan,
    }
)
