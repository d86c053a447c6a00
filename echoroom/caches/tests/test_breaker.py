from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import pytest

from echoroom.caches.breaker import Breaker, breakers


class Server:
    def __init__(self) -> None:
        self.up = False
        self.probes = 0

    def ping(self) -> None:
        self.probes += 1
        if not self.up:
            raise ConnectionError


@pytest.fixture
def redis():
    server = Server()
    yield server
    server.up = True


def make(redis: Server, **more) -> Breaker:
    return Breaker(name="test", probe=redis.ping, interval=0.01, **more)


def wait_until(fact: Callable[[], bool], seconds: float = 3) -> None:
    end = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def test_it_opens_at_the_third_failure(redis):
    breaker = make(redis)
    breaker.failed()
    breaker.failed()
    assert not breaker.is_open
    breaker.failed()
    assert breaker.is_open


def test_failures_far_apart_do_not_open_it(redis):
    breaker = make(redis, window=0.02)
    for _ in range(4):
        breaker.failed()
        time.sleep(0.015)
    assert not breaker.is_open


def test_only_the_probe_closes_it(redis):
    breaker = make(redis)
    for _ in range(3):
        breaker.failed()
    wait_until(lambda: redis.probes >= 2)
    assert breaker.is_open
    redis.up = True
    wait_until(lambda: not breaker.is_open)


def test_repairs_run_before_it_closes(redis):
    breaker = make(redis)
    seen = []
    breaker.on_recovery(lambda: seen.append(breaker.is_open))
    for _ in range(3):
        breaker.failed()
    redis.up = True
    wait_until(lambda: not breaker.is_open)
    assert seen == [True]


def test_a_repair_that_fails_keeps_it_open_and_is_tried_again(redis):
    breaker = make(redis)
    tries = []

    def repair() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ConnectionError

    breaker.on_recovery(repair)
    for _ in range(3):
        breaker.failed()
    redis.up = True
    wait_until(lambda: not breaker.is_open)
    assert len(tries) == 3


def test_one_failure_is_enough_for_the_repairs_to_run(redis):
    redis.up = True
    breaker = make(redis)
    repaired = threading.Event()
    breaker.on_recovery(repaired.set)
    breaker.failed()
    assert repaired.wait(3)


def test_it_opens_again_after_it_closed(redis):
    breaker = make(redis)
    for _ in range(2):
        redis.up = False
        for _ in range(3):
            breaker.failed()
        assert breaker.is_open
        redis.up = True
        wait_until(lambda: not breaker.is_open)


def test_many_threads_that_fail_at_once_start_one_probe(redis):
    breaker = Breaker(name="crowd", probe=redis.ping, interval=0.05)
    threads = [threading.Thread(target=breaker.failed) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert breaker.is_open
    assert [thread.name for thread in threading.enumerate()].count("breaker-crowd") == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_starts_closed_because_the_probe_did_not_come_along(redis):
    breaker = make(redis)
    for _ in range(3):
        breaker.failed()
    child = os.fork()
    if child == 0:
        os._exit(1 if breaker.is_open else 0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert breaker.is_open


def test_every_breaker_is_listed_for_the_monitoring(redis):
    breaker = make(redis)
    assert breaker in breakers()
