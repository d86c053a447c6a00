"""The replay's own client: patient with the server, and never twice in effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from matching.replay.api import MOST_FAILURES, Api, GaveUp, Lanes, Refused
from matching.replay.measures import Measures

Answer = httpx.Response | Exception


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that were asked for, none of them waited."""
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    monkeypatch.setattr("matching.replay.api.asyncio.sleep", nap)
    return naps


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"code": code, "detail": "A sentence."}, headers=named)


def server(*answers: Answer) -> tuple[list[httpx.Request], Callable[[httpx.Request], httpx.Response]]:
    """Gives these answers one after another, the last one for ever."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        given = answers[min(len(seen), len(answers)) - 1]
        if isinstance(given, Exception):
            raise given
        return given

    return seen, answer


def client(answer: Callable[[httpx.Request], httpx.Response]) -> Api:
    lanes = Lanes(url="http://server", concurrency=2, transport=httpx.MockTransport(answer))
    return Api(lanes, measures=Measures())


def ok(data: Any = None, **headers: str) -> httpx.Response:
    return httpx.Response(200, json=data, headers=headers)


async def test_too_many_requests_are_waited_for_as_long_as_asked(naps):
    seen, answer = server(problem(429, "rate_limited", Retry_After="17"), ok({"state": "waiting"}))
    api = client(answer)

    reply = await api.write("POST", "/api/matching/join", {"quest": "q"}, token="t")

    assert (reply.data, naps) == ({"state": "waiting"}, [17.0])
    assert api.measures.refusals == {"rate_limited": 1}
    assert len({request.headers["Idempotency-Key"] for request in seen}) == 1


async def test_a_write_whose_answer_was_lost_is_sent_again_with_its_key(naps):
    seen, answer = server(httpx.ReadError("gone"), problem(409, "idempotency_in_flight", Retry_After="1"), ok({}))
    api = client(answer)

    await api.write("POST", "/api/vote", {"room": "r"}, token="t")
    await api.write("POST", "/api/vote", {"room": "r"}, token="t")

    keys = [request.headers["Idempotency-Key"] for request in seen]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert api.measures.connection_errors == {"ReadError": 1}


async def test_a_server_error_is_counted_and_tried_again(naps):
    _, answer = server(httpx.Response(502, text="no JSON"), problem(500, "server_error"), ok({}))
    api = client(answer)

    await api.get("/api/rooms/{code}", code="K7QX")

    assert api.measures.server_errors == {
        "GET /api/rooms/{code}: 502 http_502": 1,
        "GET /api/rooms/{code}: 500 server_error": 1,
    }


async def test_a_server_that_only_fails_is_given_up(naps):
    _, answer = server(httpx.ConnectError("refused"))

    with pytest.raises(GaveUp, match="ConnectError refused"):
        await client(answer).get("/api/quests")

    assert len(naps) == MOST_FAILURES
    assert naps == sorted(naps)


async def test_a_refusal_is_not_repeated(naps):
    seen, answer = server(problem(409, "already_committed"))
    api = client(answer)

    with pytest.raises(Refused, match="already_committed: A sentence"):
        await api.write("POST", "/api/commit", {})

    assert (len(seen), naps, api.measures.refusals) == (1, [], {"already_committed": 1})


async def test_an_unchanged_room_is_asked_for_by_its_etag_and_measured_apart(naps):
    seen, answer = server(ok({"version": 3}, ETag='"3"'), httpx.Response(304, headers={"ETag": '"3"'}))
    api = client(answer)

    first = await api.get("/api/rooms/{code}", code="K7QX", token="secret")
    again = await api.get("/api/rooms/{code}", code="K7QX", token="secret", etag=first.etag)

    assert (again.status, again.data) == (304, None)
    assert seen[1].headers["If-None-Match"] == '"3"'
    assert seen[1].headers["Authorization"] == "Seat secret"
    assert seen[1].url.path == "/api/rooms/K7QX"
    assert [row["endpoint"] for row in api.measures.endpoints()] == [
        "GET /api/rooms/{code}",
        "GET /api/rooms/{code} (304)",
    ]


def test_percentiles_are_times_that_were_measured():
    measures = Measures()
    measures.seconds["GET /a"].extend(number / 1000 for number in range(100, 0, -1))

    assert measures.endpoints() == [{"endpoint": "GET /a", "requests": 100, "p50": 50.0, "p95": 95.0, "p99": 99.0}]
    assert Measures().overall() == {"p50": 0.0, "p95": 0.0, "p99": 0.0}
