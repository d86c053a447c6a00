"""The public API as a bot calls it: every request passes the same middleware, checks and limits as anybody's.

It needs no address and no network: the application is called in this process.
"""

from __future__ import annotations

from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from matching.practice.moves import Move, View


class Refused(Exception):
    """The server said no. `retry_after` is in seconds where it asked to wait."""

    def __init__(self, *, asked: str, status: int, code: str, retry_after: int | None) -> None:
        super().__init__(f"{asked}: {status} {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


@cache
def _application() -> WSGIHandler:
    # Once a process: loading the middleware looks at every static file.
    return WSGIHandler()


class SeatApi:
    """One seat, by its token."""

    def __init__(self, *, token: str) -> None:
        self._client = httpx.Client(
            base_url=settings.PUBLIC_URL,
            transport=httpx.WSGITransport(app=_application()),
            headers={"Authorization": f"Seat {token}"},
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def room(self, code: str) -> View:
        """The room as this seat may see it; asking shows that it is there. Raises `Refused`."""
        view: View = self._ask("GET", f"/api/rooms/{code}", None).json()
        return view

    def make(self, move: Move) -> None:
        """Raises `Refused`."""
        self._ask("POST", move.path, move.body)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        response = self._client.request(method, path, json=body)
        if response.status_code < 400:
            return response
        problem = response.json()
        retry_after = response.headers.get("Retry-After", "")
        raise Refused(
            asked=f"{method} {path}",
            status=response.status_code,
            code=str(problem.get("code", "")),
            retry_after=int(retry_after) if retry_after.isdigit() else None,
        )
