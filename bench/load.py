"""A closed-loop load generator: N connections, each sends its next request when the last one is answered.

One thread and ready-made bytes, so that it takes little of the machine that it measures.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    requests: int
    seconds: float
    latencies: list[float]
    unexpected: dict[int, int]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    def percentile(self, share: float) -> float:
        """Seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def request_bytes(method: str, path: str, *, token: str, body: bytes = b"", headers: Sequence[str] = ()) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Seat {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class _Client:
    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._received = b""

    def send(self, request: bytes) -> None:
        self._received = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def status(self) -> int | None:
        """The status once the whole answer is there."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("The server closed the connection.")
        self._received += chunk
        head, separator, body = self._received.partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return None
        return int(head[9:12])


def _length(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.find(b"content-length:")
    if start < 0:
        return 0
    end = lowered.find(b"\r\n", start)
    return int(lowered[start + 15 : end if end > 0 else None])


def run(port: int, requests: Sequence[bytes], *, clients: int, expected: int) -> Measured:
    """Send every request once over `clients` connections."""
    waiting = deque(requests)
    latencies: list[float] = []
    unexpected: dict[int, int] = {}
    connected = [_Client(("127.0.0.1", port)) for _ in range(clients)]
    with selectors.DefaultSelector() as ready:
        for client in connected:
            ready.register(client.socket, selectors.EVENT_READ, client)
        started = time.perf_counter()
        for client in connected:
            client.send(waiting.popleft())
        while len(latencies) < len(requests):
            for key, _ in ready.select(timeout=30) or _silence():
                client = key.data
                status = client.status()
                if status is None:
                    continue
                latencies.append(time.perf_counter() - client.sent_at)
                if status != expected:
                    unexpected[status] = unexpected.get(status, 0) + 1
                if waiting:
                    client.send(waiting.popleft())
        seconds = time.perf_counter() - started
    for client in connected:
        client.socket.close()
    return Measured(len(latencies), seconds, latencies, unexpected)


def _silence() -> list[tuple[selectors.SelectorKey, int]]:
    raise TimeoutError("The server has not answered for 30 s.")
