from __future__ import annotations

import asyncio
import json
import logging
import os
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import redis

from echoroom.outbox import dispatcher
from echoroom.outbox.broker import Broker
from echoroom.outbox.dispatcher import Dispatcher


class FakeBroker(Broker):
    """Remembers instead of sending; may be told to hang or to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[int] = []
        self.calls = 0
        self.error: Exception | None = None
        self.may_answer = threading.Event()
        self.may_answer.set()

    def deliver(self, pks: Sequence[int]) -> None:
        self.calls += 1
        assert self.may_answer.wait(10)
        if self.error:
            raise self.error
        self.sent.extend(pks)


@pytest.fixture
def broker() -> FakeBroker:
    return FakeBroker()


@pytest.fixture
def started(broker: FakeBroker) -> Iterator[Dispatcher]:
    made = Dispatcher(broker=broker, capacity=100)
    yield made
    broker.may_answer.set()
    assert made.stop(timeout=5)


class Note:
    def __init__(self) -> None:
        self.loops: list[Any] = []

    async def __call__(self) -> None:
        self.loops.append(asyncio.get_running_loop())


async def _refused() -> None:
    raise ConnectionRefusedError


async def _hung() -> None:
    await asyncio.sleep(60)


def drained(made: Dispatcher) -> None:
    assert made.stop(timeout=5)


def test_a_request_does_not_wait_for_a_broker_that_hangs(started, broker):
    broker.may_answer.clear()
    began = time.perf_counter()
    for pk in range(50):
        started.wake([pk])
    assert time.perf_counter() - began < 0.2
    broker.may_answer.set()
    drained(started)
    assert broker.sent == list(range(50))


def test_what_waits_is_sent_together(started, broker):
    broker.may_answer.clear()
    for pk in range(50):
        started.wake([pk])
    broker.may_answer.set()
    drained(started)
    assert broker.calls <= 2


def test_stopping_sends_what_is_waiting_and_a_later_job_starts_it_again(started, broker):
    started.wake([1, 2])
    drained(started)
    assert broker.sent == [1, 2]
    started.wake([3])
    drained(started)
    assert broker.sent == [1, 2, 3]


def test_a_full_queue_drops_and_says_so_in_one_line(started, broker, caplog):
    broker.may_answer.clear()
    with caplog.at_level(logging.WARNING):
        for pk in range(1000):
            started.wake([pk])
    assert caplog.text.count("dropped") == 1
    assert "The sweep delivers them." in caplog.text
    broker.may_answer.set()
    drained(started)
    assert 100 <= len(broker.sent) <= 200


def test_a_dead_broker_is_asked_once_and_then_left_alone(started, broker, caplog):
    broker.error = ConnectionRefusedError("amqp://user:password@host")
    with caplog.at_level(logging.WARNING):
        for pk in range(20):
            started.wake([pk])
            time.sleep(0.002)
        drained(started)
    assert broker.calls == 1
    assert caplog.text.count("dropped") == 1
    assert "password" not in caplog.text


def test_a_dead_channel_layer_does_not_hold_up_deliveries(started, broker):
    started.call(_refused)
    started.wake([1])
    drained(started)
    assert broker.sent == [1]


def test_a_call_that_hangs_is_given_up(started, broker, monkeypatch):
    monkeypatch.setattr(dispatcher, "PATIENCE", 0.05)
    started.call(_hung)
    time.sleep(0.01)
    started.wake([1])
    drained(started)
    assert broker.sent == [1]


def test_all_calls_run_on_one_loop_so_that_connections_are_kept(started):
    note = Note()
    for _ in range(5):
        started.call(note)
        time.sleep(0.005)
    drained(started)
    assert len(note.loops) == 5
    assert len(set(map(id, note.loops))) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_a_thread_of_its_own(settings, monkeypatch):
    settings.DISPATCHER = "thread"
    note = Note()
    dispatcher.call(note)
    deadline = time.monotonic() + 5
    while not note.loops and time.monotonic() < deadline:
        time.sleep(0.01)
    child = os.fork()
    if child == 0:
        dispatcher.call(note)
        dispatcher.stop(timeout=5)
        os._exit(len(note.loops))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


def test_in_tests_jobs_are_recorded():
    dispatcher.wake([1, 2])
    dispatcher.call(_refused)
    assert dispatcher.recording.woken == [1, 2]
    assert dispatcher.recording.calls == [_refused]
    dispatcher.reset()
    assert dispatcher.recording.woken == []


@pytest.mark.redis
def test_wake_ups_reach_redis_over_one_connection(settings):
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        queue = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("global_keyprefix", "") + "celery"
        server.delete(queue)
        real = Broker()
        real.deliver([1])
        opened = server.info("stats")["total_connections_received"]
        real.deliver([2, 3])
        assert server.info("stats")["total_connections_received"] == opened
        real.close()
        tasks = [json.loads(task)["headers"] for task in server.lrange(queue, 0, -1)]
        server.delete(queue)
    assert [task["task"] for task in tasks] == ["echoroom.outbox.tasks.deliver"] * 3
    assert [task["argsrepr"] for task in reversed(tasks)] == ["(1,)", "(2,)", "(3,)"]
