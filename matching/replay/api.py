"""The public API as the replay calls it: patient, and never twice in effect."""

from __future__ import annotations

import asyncio
import ssl
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from matching.replay.measures import Measures

MOST_FAILURES = 8
# Longer than any Retry-After of the server's limits that a replay meets.
LONGEST_WAIT = 300.0
TIMEOUT = httpx.Timeout(30.0)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    data: Any
    etag: str


class Refused(Exception):
    """The server said no, and waiting would not help."""

    def __init__(self, *, endpoint: str, status: int, code: str, detail: str) -> None:
        super().__init__(f"{endpoint}: {status} {code}: {detail}")
        self.status = status
        self.code = code


class GaveUp(Exception):
    """The server failed, or asked to wait, too often."""


class Lanes:
    """As many connections as requests may run at once, each a client of its own: httpx's pool looks at every
    connection it holds for every request, which made the replay slower than the server."""

    def __init__(self, *, url: str, concurrency: int, transport: httpx.AsyncBaseTransport | None = None) -> None:
        # Kept shorter than servers do (uvicorn: 5 s): a request seldom meets a connection that is being closed.
        limits = httpx.Limits(max_connections=1, keepalive_expiry=3)
        context = ssl.create_default_context() if url.startswith("https:") else False
        self._clients = [
            # Only the address that was named: no proxy of the environment.
            httpx.AsyncClient(
                base_url=url, limits=limits, timeout=TIMEOUT, transport=transport, verify=context, trust_env=False
            )
            for _ in range(concurrency)
        ]
        # The last one used is the next: a connection that is busy stays open.
        self._free: asyncio.LifoQueue[httpx.AsyncClient] = asyncio.LifoQueue()
        for client in self._clients:
            self._free.put_nowait(client)

    @asynccontextmanager
    async def take(self) -> AsyncIterator[httpx.AsyncClient]:
        """The free lane goes to whoever has waited longest."""
        client = await self._free.get()
        try:
            yield client
        finally:
            self._free.put_nowait(client)

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


class Api:
    """An endpoint is a method and a route such as `/api/rooms/{code}`."""

    def __init__(self, lanes: Lanes, *, measures: Measures) -> None:
        self._lanes = lanes
        self.measures = measures

    async def get(self, route: str, *, token: str = "", etag: str = "", **parts: str) -> Reply:
        headers = _headers(token)
        if etag:
            headers["If-None-Match"] = etag
        return await self._ask("GET", route, parts, headers, None)

    async def write(self, method: str, route: str, body: dict[str, Any], *, token: str = "", **parts: str) -> Reply:
        """One key for all its attempts: a write whose answer was lost takes effect once."""
        headers = {**_headers(token), "Idempotency-Key": str(uuid.uuid4())}
        return await self._ask(method, route, parts, headers, body)

    async def _ask(
        self,
        method: str,
        route: str,
        parts: dict[str, str],
        headers: dict[str, str],
        body: dict[str, Any] | None,
    ) -> Reply:
        endpoint = f"{method} {route}"
        began = time.monotonic()
        failures = 0
        while True:
            try:
                response = await self._send(endpoint, method, route.format(**parts), headers, body)
            except httpx.TransportError as error:
                self.measures.connection_errors[type(error).__name__] += 1
                problem, wait = f"{type(error).__name__} {error}".strip(), None
            else:
                if response.status_code < 400:
                    return _reply(response)
                wait = _retry_after(response)
                problem = self._note(endpoint, response)
                if response.status_code < 500 and wait is None:
                    raise _refused(endpoint, response)
            if wait is None:
                failures += 1
                wait = min(0.1 * 2**failures, 5.0)
            if failures > MOST_FAILURES or time.monotonic() - began > LONGEST_WAIT:
                raise GaveUp(f"{endpoint}: {problem}")
            self.measures.waited += wait
            await asyncio.sleep(wait)

    async def _send(
        self, endpoint: str, method: str, path: str, headers: dict[str, str], body: dict[str, Any] | None
    ) -> httpx.Response:
        async with self._lanes.take() as client:
            began = time.perf_counter()
            response = await client.request(method, path, headers=headers, json=body)
            seconds = time.perf_counter() - began
        name = f"{endpoint} (304)" if response.status_code == 304 else endpoint
        self.measures.seconds[name].append(seconds)
        return response

    def _note(self, endpoint: str, response: httpx.Response) -> str:
        code = _problem(response).get("code") or f"http_{response.status_code}"
        if response.status_code >= 500:
            self.measures.server_errors[f"{endpoint}: {response.status_code} {code}"] += 1
        else:
            self.measures.refusals[code] += 1
        return f"{response.status_code} {code}"


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Seat {token}"} if token else {}


def _reply(response: httpx.Response) -> Reply:
    data = response.json() if response.content else None
    return Reply(response.status_code, data, response.headers.get("ETag", ""))


def _retry_after(response: httpx.Response) -> float | None:
    """The seconds that the server asks to wait, with 429, 503 or a request that is still being answered."""
    seconds = response.headers.get("Retry-After", "")
    return max(0.1, float(seconds)) if seconds.isdigit() else None


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        data = response.json()
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _refused(endpoint: str, response: httpx.Response) -> Refused:
    problem = _problem(response)
    return Refused(
        endpoint=endpoint,
        status=response.status_code,
        code=problem.get("code") or f"http_{response.status_code}",
        detail=str(problem.get("detail", "")),
    )
