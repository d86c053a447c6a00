"""HTTP and sockets in one application.

Embedded mode runs all of EchoRoom from here. In production the `live` process serves the sockets with it,
and of HTTP what a balancer asks: the health.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from typing import Any

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echoroom.settings")
http = get_asgi_application()

# Models are loaded from here on.
from django.conf import settings  # noqa: E402

from echoroom.api.errors import BodyTooLarge  # noqa: E402
from echoroom.api.problem import refused  # noqa: E402
from echoroom.embedded import Embedded  # noqa: E402
from echoroom.events.viewers import viewer_of_scope  # noqa: E402
from echoroom.live.consumer import LiveConsumer, Receive, Scope, Send  # noqa: E402
from echoroom.live.origins import OriginCheck  # noqa: E402
from echoroom.outbox import dispatcher  # noqa: E402
from echoroom.refusals import Refusal  # noqa: E402

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


# Larger than any body that is taken: what an API takes is far smaller, and so is a quest's file.
READ_AHEAD = 1024 * 1024
# Of one answer, in seconds: what its reader may keep it waiting in its turn, and altogether.
IN_TURN, ALTOGETHER = 1.0, 30.0


class Bounded:
    """Lets a few requests run at a time; the others wait for their turn in order of arrival.

    Nobody has a turn who is waited for: whose body is still on its way has none yet, and who does not read the answer
    gives it back. Eight stalled clients would otherwise be all that is served. A body beyond `READ_AHEAD` is refused
    as soon as it is known to be one, and who reads nothing for long is cut off. When the server stops, what has not had
    its turn is told to come again.
    """

    def __init__(self, app: Any, *, at_once: int, in_turn: float = IN_TURN, altogether: float = ALTOGETHER) -> None:
        self._app = app
        self._turns = asyncio.Semaphore(at_once)
        self._patience = in_turn, altogether

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            receive = await _read_ahead(scope, receive)
            await self._turns.acquire()
        except BodyTooLarge as refusal:
            await _refuse(scope, send, refusal)
            return
        except asyncio.CancelledError:
            await _come_again(send)
            return
        answer = _Answer(send, self._turns.release, *self._patience)
        try:
            await self._app(scope, receive, answer.send)
        except asyncio.CancelledError:
            if not answer.is_cut_off:
                raise
        finally:
            answer.end_turn()


class _Answer:
    """Sends an answer as fast as its reader takes it, and the turn ends where that is too slow."""

    def __init__(self, send: Send, release: Callable[[], None], in_turn: float, altogether: float) -> None:
        self._send, self._release = send, release
        self._in_turn, self._left = in_turn, altogether
        self._has_turn, self.is_cut_off = True, False

    async def send(self, message: Any) -> None:
        """Raises `CancelledError` once the reader has taken too long: to Django that is a client that has left."""
        loop = asyncio.get_running_loop()
        sending, began = asyncio.ensure_future(self._send(message)), loop.time()
        try:
            if self._has_turn and not (await asyncio.wait({sending}, timeout=max(0.0, self._in_turn)))[0]:
                self.end_turn()
            if not (await asyncio.wait({sending}, timeout=max(0.0, self._left)))[0]:
                self.is_cut_off = True
                raise asyncio.CancelledError
            await sending
        finally:
            sending.cancel()
            waited = loop.time() - began
            self._in_turn, self._left = self._in_turn - waited, self._left - waited

    def end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._release()


async def _read_ahead(scope: Scope, receive: Receive) -> Receive:
    """Wait for the whole body; gives what hands it out again, and then whatever comes after it.

    Raises `BodyTooLarge`, if its length was told before any of it is read.
    """
    if _told_length(scope) > READ_AHEAD:
        raise BodyTooLarge
    message = await receive()
    read, size = deque([message]), len(message.get("body", b""))
    while message.get("more_body") and size <= READ_AHEAD:
        message = await receive()
        read.append(message)
        size += len(message.get("body", b""))
    if size > READ_AHEAD:
        raise BodyTooLarge

    async def again() -> Any:
        return read.popleft() if read else await receive()

    return again


def _told_length(scope: Scope) -> int:
    told = dict(scope.get("headers", ())).get(b"content-length", b"")
    # Django refuses what is no number; int() would take "+1" and "1_0" for one.
    return int(told) if told.isdigit() and len(told) < 20 else 0


async def _refuse(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Without the application: it would have to be given the body first."""
    response = refused(scope["path"], refusal)
    response.headers["Connection"] = "close"
    response.headers["Content-Length"] = str(len(response.content))
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


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
