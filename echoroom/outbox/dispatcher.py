"""The one thread of a process that talks to broker and channel layer, so that no request waits for them.

What a full queue or a dead peer drops is found again: deliveries by the sweep, errands by a beat, live news by the next
version.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from django.conf import settings

from echoroom.outbox.broker import Broker, Errand
from echoroom.outbox.outlets import Outlet

logger = logging.getLogger(__name__)

CAPACITY = 10_000
BATCH = 500
PATIENCE = 2.0  # seconds for the calls of one batch


class Call(Protocol):
    """A job for the dispatcher's event loop. It must not touch the database."""

    async def __call__(self) -> None: ...


class Batch(NamedTuple):
    pks: list[int]
    errands: list[Errand]
    calls: list[Call]

    @property
    def wakes(self) -> int:
        return len(self.pks) + len(self.errands)


class Dispatcher:
    """Starts its thread with the first job, in each process anew."""

    def __init__(self, *, capacity: int = CAPACITY, broker: Broker | None = None) -> None:
        self._capacity = capacity
        self._broker = broker or Broker()
        self.begin()

    def begin(self) -> None:
        """Forget everything: a forked process inherits queue and locks, but no thread that serves them."""
        self._changed = threading.Condition()
        self._pks: deque[int] = deque()
        self._errands: deque[Errand] = deque()
        self._calls: deque[Call] = deque()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._wakes = Outlet("wake-ups of deliveries", remedy="The sweep delivers them.")
        self._news = Outlet("live announcements", remedy="Sockets find the new versions at their next beat.")

    def wake(self, pks: Sequence[int]) -> None:
        self._put(self._pks, pks, self._wakes)

    def send(self, errand: Errand) -> None:
        self._put(self._errands, [errand], self._wakes)

    def call(self, *calls: Call) -> None:
        self._put(self._calls, calls, self._news)

    def stop(self, timeout: float = 5.0) -> bool:
        """Send what is waiting, then end the thread. False if it took longer. A later job starts another."""
        with self._changed:
            thread = self._thread
            self._stopping = thread is not None
            self._changed.notify()
        if thread is None:
            return True
        thread.join(timeout)
        return not thread.is_alive()

    def _put(self, queue: deque[Any], jobs: Sequence[Any], outlet: Outlet) -> None:
        with self._changed:
            waiting = len(self._pks) + len(self._errands) + len(self._calls)
            has_room = waiting + len(jobs) <= self._capacity
            if has_room:
                queue.extend(jobs)
                self._ensure_thread()
                self._changed.notify()
        if not has_room:
            outlet.lose(len(jobs), because="the queue is full")

    def _ensure_thread(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return  # the interpreter is shutting down; the sweep of another process delivers
        self._thread = thread

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        try:
            while batch := self._take():
                self._send_wakes(batch)
                self._send_news(loop, batch.calls)
        finally:
            self._broker.close()
            loop.close()

    def _take(self) -> Batch | None:
        """All that is waiting, up to a batch; None once there is nothing left and the thread is to stop."""
        with self._changed:
            while not self._pks and not self._errands and not self._calls:
                if self._stopping:
                    # Decided under the lock: a job that comes now finds no thread and starts one.
                    self._thread, self._stopping = None, False
                    return None
                self._changed.wait()
            return Batch(_first(self._pks), _first(self._errands), _first(self._calls))

    def _send_wakes(self, batch: Batch) -> None:
        if not batch.wakes:
            return
        if self._wakes.is_closed():
            self._wakes.lose(batch.wakes, because="the broker did not answer a moment ago")
            return
        try:
            if batch.pks:
                self._broker.deliver(batch.pks)
            if batch.errands:
                self._broker.send(batch.errands)
        except Exception as exc:
            self._wakes.close_for_a_while()
            self._wakes.lose(batch.wakes, because=f"the broker failed with {type(exc).__name__}")

    def _send_news(self, loop: asyncio.AbstractEventLoop, calls: list[Call]) -> None:
        if not calls:
            return
        if self._news.is_closed():
            self._news.lose(len(calls), because="the channel layer did not answer a moment ago")
            return
        errors = loop.run_until_complete(_together(calls))
        if errors:
            self._news.close_for_a_while()
            self._news.lose(len(errors), because=f"the channel layer failed with {type(errors[0]).__name__}")


def _first(queue: deque[Any]) -> list[Any]:
    return [queue.popleft() for _ in range(min(BATCH, len(queue)))]


async def _together(calls: list[Call]) -> list[BaseException]:
    try:
        async with asyncio.timeout(PATIENCE):
            done = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
    except TimeoutError as exc:
        return [exc] * len(calls)
    return [result for result in done if isinstance(result, BaseException)]


class Recording:
    """What `DISPATCHER = "record"` keeps instead of sending; for tests."""

    def __init__(self) -> None:
        self.woken: list[int] = []
        self.errands: list[Errand] = []
        self.calls: list[Call] = []


recording = Recording()
_of_this_process = Dispatcher()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_of_this_process.begin)
atexit.register(_of_this_process.stop)


def wake(pks: Sequence[int]) -> None:
    """Have workers deliver these soon."""
    if settings.DISPATCHER == "record":
        recording.woken.extend(pks)
    else:
        _of_this_process.wake(pks)


def send(errand: Errand) -> None:
    """Have a worker run this soon."""
    if settings.DISPATCHER == "record":
        recording.errands.append(errand)
    else:
        _of_this_process.send(errand)


def call(*jobs: Call) -> None:
    """Run these on the dispatcher's event loop soon."""
    if settings.DISPATCHER == "record":
        recording.calls.extend(jobs)
    else:
        _of_this_process.call(*jobs)


def stop(timeout: float = 5.0) -> bool:
    """Send what is waiting. False if that took longer than `timeout` seconds."""
    return _of_this_process.stop(timeout)


def reset() -> None:
    """Forget what was recorded or is waiting; for tests."""
    _of_this_process.stop(timeout=1)
    _of_this_process.begin()
    recording.woken.clear()
    recording.errands.clear()
    recording.calls.clear()
