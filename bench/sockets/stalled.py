"""Readers that have stalled: the socket is open and subscribed, and its owner never reads again."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from websockets.frames import Frame, Opcode

from bench.sockets.places import Place

SMALLEST_BUFFER = 2048


@dataclass
class Stalled:
    connection: socket.socket
    stalled_at: float
    closed_after: float | None = None

    @property
    def port(self) -> int:
        return int(self.connection.getsockname()[1])


async def stall(port: int, places: Sequence[Place]) -> list[Stalled]:
    """One reader for each place, subscribed to its topics."""
    return [await _opened(port, place) for place in places]


async def _opened(port: int, place: Place) -> Stalled:
    loop = asyncio.get_running_loop()
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST_BUFFER)
    connection.setblocking(False)
    await loop.sock_connect(connection, ("127.0.0.1", port))
    await loop.sock_sendall(connection, _handshake(place.token))
    answer = await loop.sock_recv(connection, 1024)
    if b" 101 " not in answer:
        raise RuntimeError(f"A socket was not opened: {answer[:80]!r}")
    subscribe = Frame(Opcode.TEXT, orjson.dumps({"subscribe": place.topics}))
    await loop.sock_sendall(connection, subscribe.serialize(mask=True))
    return Stalled(connection, time.monotonic())


def _handshake(token: str) -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /ws/live HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", f"Authorization: Seat {token}",
    ]  # fmt: skip
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def watch(readers: Sequence[Stalled], *, live_port: int, seconds: float) -> None:
    """Note for each how long after it stalled the server had let it go; at most `seconds`."""
    deadline = time.monotonic() + seconds
    while (left := [reader for reader in readers if reader.closed_after is None]) and time.monotonic() < deadline:
        held = held_connections(live_port)
        for reader in left:
            if reader.port not in held:
                reader.closed_after = time.monotonic() - reader.stalled_at
        await asyncio.sleep(0.5)


def held_connections(port: int) -> set[int]:
    """The clients' ports of the connections to `port` that a process still holds, as Linux lists them.

    What the process has let go is listed for a while, without an inode: the kernel still has something to send.
    """
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {_port(row[2]) for row in rows if _port(row[1]) == port and row[9] != "0"}


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
