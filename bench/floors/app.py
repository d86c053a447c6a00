"""The bare twins: a WSGI handler without a framework that does what EchoRoom's hot paths do.

Honest means: the same rows read and written in the same transactions with the same durability, the same Redis work
(what is asked before goes in one pipeline, one publish follows), the same bytes in the answer. What is left out is what
a framework costs: routing, middleware, objects, an ORM. It is run by the same server with the same flags.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import msgpack
import orjson
import psycopg
import redis

from bench.floors import rooms, seats

Start = Callable[[str, list[tuple[str, str]]], object]
JSON = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"
_here = threading.local()


def database() -> psycopg.Connection[Any]:
    if not hasattr(_here, "database"):
        # As Django's: prepared on the second use, autocommit outside explicit transactions.
        _here.database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=2)
    connection: psycopg.Connection[Any] = _here.database
    return connection


def shared() -> redis.Redis:
    if not hasattr(_here, "redis"):
        _here.redis = redis.Redis.from_url(os.environ["REDIS_URL"], protocol=2)
        _here.limit = _here.redis.register_script(seats.MOVING_WINDOW)
        _here.redis.script_load(seats.MOVING_WINDOW)
    client: redis.Redis = _here.redis
    return client


def seat_and_limit(environ: dict[str, Any], scope: str) -> UUID:
    """Who asks, and whether they may: one pipeline of two commands."""
    token = environ["HTTP_AUTHORIZATION"].partition(" ")[2]
    digest = hashlib.sha256(token.encode()).hexdigest()
    pipe = shared().pipeline(transaction=False)
    pipe.get(f"echoroom:1:seat:{digest}")
    amount, seconds = seats.LIMITS[scope]
    key = f"floor/{scope}/{digest[:32]}"
    pipe.evalsha(_here.limit.sha, 1, key, time.time(), amount, seconds, 1)
    found, allowed = pipe.execute()
    if not found or not allowed:
        raise PermissionError
    return seats.participant_of(found)


def publish(code: str, version: int, kind: str) -> None:
    message = {"type": "live.heard", "topic": f"room:{code}", "version": version, "kind": kind}
    shared().publish(f"echoroom-live__group__live.room.{code}", msgpack.packb(message))


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/api/vote":
        return _answer(start_response, vote(environ))
    if path == "/api/commit":
        return _answer(start_response, commit(environ))
    if path.startswith("/api/rooms/"):
        return read(environ, path.removeprefix("/api/rooms/"), start_response)
    start_response("404 Not Found", [])
    return [b""]


def _answer(start_response: Start, body: dict[str, Any]) -> list[bytes]:
    content = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    start_response(OK, [*JSON, ("Content-Length", str(len(content)))])
    return [content]


def vote(environ: dict[str, Any]) -> dict[str, Any]:
    participant = seat_and_limit(environ, "vote")
    given = orjson.loads(environ["wsgi.input"].read())
    answer, version = rooms.vote(database(), participant, given)
    publish(given["room"], version, "vote_cast")
    return answer


def commit(environ: dict[str, Any]) -> dict[str, Any]:
    participant = seat_and_limit(environ, "commit")
    given = orjson.loads(environ["wsgi.input"].read())
    answer, version = rooms.commit(database(), participant, given)
    publish(given["room"], version, "decision_committed")
    return answer


def read(environ: dict[str, Any], code: str, start_response: Start) -> list[bytes]:
    participant = seat_and_limit(environ, "room_read")
    place = rooms.place(database(), participant, code)
    headers = [("ETag", place.etag), ("Cache-Control", "private, no-cache")]
    if environ.get("HTTP_IF_NONE_MATCH") == place.etag:
        start_response(NOT_MODIFIED, headers)
        return [b""]
    content = orjson.dumps(rooms.read(database(), place), option=orjson.OPT_UTC_Z)
    start_response(OK, [("Content-Type", "application/json"), ("Content-Length", str(len(content))), *headers])
    return [content]
