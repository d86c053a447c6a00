"""Readers that no longer read, on a real server: its buffers fill up, and nothing more leaves."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import uvicorn
from websockets.frames import Frame, Opcode

from echoroom.live import consumer
from echoroom.live.consumer import LiveConsumer, Scope
from echoroom.viewer import ANONYMOUS, Viewer

SMALL = 2048


@dataclass
class Server:
    running: uvicorn.Server
    port: int

    @property
    def connections(self) -> int:
        """Those that it has not let go."""
        return len(self.running.server_state.connections)

    async def connection_from_who_never_reads(self) -> socket.socket:
        loop, reader = asyncio.get_running_loop(), socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        reader.setblocking(False)
        await loop.sock_connect(reader, ("127.0.0.1", self.port))
        key = base64.b64encode(os.urandom(16))
        await loop.sock_sendall(
            reader,
            b"GET /ws/live HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + b"\r\n\r\n",
        )
        assert b" 101 " in await loop.sock_recv(reader, 1024)
        return reader


@asynccontextmanager
async def served(**settings: Any) -> AsyncIterator[Server]:
    async def anybody(scope: Scope) -> Viewer:
        return ANONYMOUS

    listening = socket.socket()
    # As on a real network: over loopback the kernel would take megabytes before anything stalls.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        LiveConsumer(viewer_of=anybody), ws="websockets-sansio", lifespan="off", log_level="critical", **settings
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listening]))
    await eventually(lambda: server.started)
    try:
        yield Server(server, listening.getsockname()[1])
    finally:
        server.should_exit = server.force_exit = True
        await task
        listening.close()


async def eventually(condition, seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def asking(number: int) -> bytes:
    """A frame that is owed fifty refusals."""
    names = [f"none:{number:03}x{each:02}{'x' * 60}" for each in range(50)]
    return Frame(Opcode.TEXT, orjson.dumps({"subscribe": names})).serialize(mask=True)


async def fill(reader: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    for number in range(28):
        await loop.sock_sendall(reader, asking(number))


async def test_who_does_not_read_is_cut_off_with_all_that_waits_for_them(monkeypatch):
    monkeypatch.setattr(consumer, "STALLED", 0.3)
    async with served() as server:
        with await server.connection_from_who_never_reads() as reader:
            await fill(reader)
            assert server.connections == 1
            await eventually(lambda: server.connections == 0)


async def test_who_does_not_answer_a_ping_is_cut_off_whatever_waits_for_them(monkeypatch):
    monkeypatch.setattr(consumer, "BEAT", 0.2)
    monkeypatch.setattr(consumer, "STALLED", 0.3)
    async with served(ws_ping_interval=0.2, ws_ping_timeout=0.2) as server:
        with await server.connection_from_who_never_reads() as reader:
            await fill(reader)
            await eventually(lambda: server.connections == 0)
