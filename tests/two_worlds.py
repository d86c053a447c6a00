"""Non-interference: two worlds that differ in one foreign vote look the same to everybody.

Build the scene once. Then, in each of two worlds, that one vote is cast (another option, a reason of another length),
everybody asks everything that is listed, and the world is rolled back. Time stands still, randomness and sequences
start anew, so whatever differs in an answer comes from the vote:

    in_two_worlds(lambda secret: vote(ben, room, secret.option, secret.reason), clients, [Ask("Bea", "/room/X"), …])
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from unittest.mock import patch

import orjson
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client, TestCase

from echoroom import limits
from echoroom.outbox import dispatcher


@dataclass(frozen=True)
class Secret:
    option: str
    reason: str
    # What was voted for, and why, before: who wavers.
    before: tuple[tuple[str, str], ...] = ()


WORLDS = (Secret("A", "Yes."), Secret("C", "No: <b>another</b> reason, and of quite another length."))
# One more: the first vote again, but after others. It costs half of what two worlds of its own would.
AND_WAVERING = (*WORLDS, Secret("A", "Yes.", (("C", "At first."), ("B", "Or rather."))))


@dataclass(frozen=True)
class Ask:
    """One request by one of the clients; a write is fine, each world is rolled back."""

    who: str
    path: str
    method: str = "GET"
    # Sent as JSON; bytes are sent as they are.
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.who}"


@dataclass(frozen=True)
class Seen:
    """All that an answer tells: status, every header and cookie, every byte."""

    what: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Clients = Callable[[], Mapping[str, Client]]
# What else can be seen, in the same order in every world.
Look = Callable[[], Iterator[object]]


def in_two_worlds(
    happens: Callable[[Secret], object], clients: Clients, asks: Sequence[Ask], looks: Sequence[Look] = ()
) -> None:
    """Assert that no answer, no line of a log and no announcement on a live topic differs between the worlds."""
    in_worlds(WORLDS, happens, clients, asks, looks)


def in_worlds(
    worlds: Sequence[Secret],
    happens: Callable[[Secret], object],
    clients: Clients,
    asks: Sequence[Ask],
    looks: Sequence[Look] = (),
) -> None:
    """The same of any number of them."""
    first, *others = worlds
    one = _observe(happens, first, clients, asks, looks)
    for secret in others:
        for left, right in zip_longest(one, _observe(happens, secret, clients, asks, looks)):
            assert left == right, f"A secret vote shows. {first} / {secret}: {_difference(left, right)}"


def _observe(
    happens: Callable[[Secret], object],
    secret: Secret,
    clients: Clients,
    asks: Sequence[Ask],
    looks: Sequence[Look],
) -> list[Any]:
    with _a_world(), _all_that_is_logged() as lines:
        # What waits for a commit happens at the end of this block, although the world itself is never committed.
        with TestCase.captureOnCommitCallbacks(execute=True):
            happens(secret)
            people = clients()
            seen: list[Any] = [_seen(ask, people[ask.who]) for ask in asks]
            seen += [each for look in looks for each in look()]
        return [*seen, *(repr(call) for call in dispatcher.recording.calls), *lines]


@contextmanager
def _all_that_is_logged() -> Iterator[list[str]]:
    """The lines of every logger at its most talkative."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(f"{record.name}: {record.getMessage()}")  # type: ignore[method-assign]
    # A breaker that an earlier test opened probes on, on a thread and a clock of its own, and knows of no vote.
    handler.addFilter(lambda record: not str(record.threadName).startswith("breaker-"))
    names = [name for name, found in logging.root.manager.loggerDict.items() if isinstance(found, logging.Logger)]
    loggers = [logging.root, *map(logging.getLogger, names)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    # Instead of the others: pytest's would write out the traceback of every variable that a template lacks.
    handlers, logging.root.handlers = logging.root.handlers, [handler]
    try:
        yield lines
    finally:
        logging.root.handlers = handlers
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _a_world() -> Iterator[None]:
    before = _sequences()
    _forget_what_no_rollback_undoes()
    numbers = random.Random(7).randbytes
    with transaction.atomic(), patch.object(os, "urandom", numbers), patch.object(random, "_urandom", numbers):
        yield
        transaction.set_rollback(True)
    _restore(before)
    _forget_what_no_rollback_undoes()


def _forget_what_no_rollback_undoes() -> None:
    for cache in caches.all(initialized_only=True):
        cache.clear()
    limits.reset()
    dispatcher.recording.calls.clear()
    dispatcher.recording.woken.clear()


def _sequences() -> list[tuple[str, int | None]]:
    """Rolling back gives SQLite its ids back, not PostgreSQL."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'")
        return list(cursor.fetchall())


def _restore(sequences: list[tuple[str, int | None]]) -> None:
    with connection.cursor() as cursor:
        for name, last in sequences:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])


def _seen(ask: Ask, client: Client) -> Seen:
    body = ask.body if isinstance(ask.body, bytes) else b"" if ask.body is None else orjson.dumps(ask.body)
    headers = dict(ask.headers)
    response: Any = client.generic(ask.method, ask.path, body, content_type=ask.content_type, headers=headers)
    cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return Seen(str(ask), response.status_code, tuple(sorted([*response.headers.items(), *cookies])), content)


def _difference(left: Any, right: Any) -> str:
    if not isinstance(left, Seen) or not isinstance(right, Seen):
        return f"Announced, logged or looked at: {left} / {right}"
    if left.status != right.status:
        return f"{left.what}: {left.status} / {right.status}"
    if left.headers != right.headers:
        return f"{left.what}: headers {sorted(set(left.headers) ^ set(right.headers))}"
    at = next((n for n, (a, b) in enumerate(zip(left.body, right.body, strict=False)) if a != b), 0)
    here = slice(max(0, at - 60), at + 60)
    return f"{left.what}: at byte {at}: {left.body[here]!r} / {right.body[here]!r}"
