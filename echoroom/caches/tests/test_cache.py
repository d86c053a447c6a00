from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache as default_cache

from echoroom.caches import raw_client, server
from echoroom.caches.backend import ResilientRedisCache
from echoroom.caches.tests.test_breaker import wait_until

cache: Any = default_cache
_names = itertools.count()


@pytest.fixture
def dead() -> ResilientRedisCache:
    """A cache whose server refuses every connection: nothing listens on that port."""
    made = ResilientRedisCache(f"redis://127.0.0.1:1/0?client_name=dead{next(_names)}", {"KEY_PREFIX": "t"})
    made._state.breaker._interval = 0.02
    return made


@pytest.fixture
def flaky():
    """A real server that a test can take away and give back."""
    made = ResilientRedisCache(f"{settings.REDIS_URL}?client_name=flaky{next(_names)}", {"KEY_PREFIX": "flaky"})
    made._state.breaker._interval = 0.02
    port = made._state.pool.connection_kwargs.get("port", 6379)

    def go(*, up: bool) -> None:
        made._state.pool.connection_kwargs["port"] = port if up else 1
        made._state.pool.disconnect()
        made._state.pool.reset()

    yield made, go
    go(up=True)
    wait_until(lambda: not made._state.breaker.is_open)
    made.clear()


def test_without_its_server_the_cache_works_in_process(dead):
    dead.set("a", {"n": 1})
    assert dead.get("a") == {"n": 1}
    assert dead.get("missing", "default") == "default"
    assert dead.add("a", 2) is False
    assert dead.add("b", 2) is True
    assert dead.incr("b", 3) == 5
    assert dead.decr("b") == 4
    assert dead.get_many(["a", "b", "c"]) == {"a": {"n": 1}, "b": 4}
    assert dead.has_key("b")
    assert dead.touch("b", 100)
    assert dead.delete("b") is True
    assert dead.get_or_set("c", lambda: 7) == 7
    assert dead.set_many({"x": 1, "y": 2}) == []
    assert dead.delete_many(["x", "y", "z"]) == 2


def test_a_counter_that_is_not_there_is_a_value_error_as_everywhere_in_django(dead):
    with pytest.raises(ValueError, match="not found"):
        dead.incr("nothing")


def test_after_three_errors_the_server_is_left_alone(dead):
    for _ in range(3):
        dead.get("a")
    assert dead._state.breaker.is_open
    started = time.perf_counter()
    for _ in range(200):
        dead.get("a")
    assert time.perf_counter() - started < 0.5


def test_the_twin_is_bounded(dead):
    for number in range(5_200):
        dead.set(f"k{number}", number)
    assert len(dead._state.twin._cache) <= 5_000


def test_a_twin_entry_expires(dead):
    dead.set("a", 1, timeout=0.05)
    time.sleep(0.06)
    assert dead.get("a") is None


@pytest.mark.redis
def test_with_its_server_it_is_a_redis_cache():
    cache.set("a", [1, 2])
    assert cache.get("a") == [1, 2]
    assert cache.set("a", 5, nx=True) is False
    assert cache.incr("n", ignore_key_check=True) == 1
    assert raw_client().exists(cache.client.make_key("a")) == 1


@pytest.mark.redis
def test_clearing_the_cache_leaves_what_others_keep_on_the_server():
    raw_client().set("queue-of-the-broker", "job", ex=60)
    cache.set("a", 1)
    cache.clear()
    assert cache.get("a") is None
    assert raw_client().get("queue-of-the-broker") == b"job"
    raw_client().delete("queue-of-the-broker")


@pytest.mark.redis
def test_what_was_deleted_during_the_outage_does_not_come_back_with_the_server(flaky):
    sessions, go = flaky
    sessions.set("session", "still signed in")
    go(up=False)
    sessions.delete("session")
    for _ in range(3):
        assert sessions.get("session") is None
    assert sessions._state.breaker.is_open
    go(up=True)
    wait_until(lambda: not sessions._state.breaker.is_open)
    assert sessions.get("session") is None


@pytest.mark.redis
def test_one_lost_delete_is_made_up_for_even_if_the_breaker_stayed_closed(flaky):
    sessions, go = flaky
    sessions.set("session", "still signed in")
    go(up=False)
    sessions.delete("session")
    assert not sessions._state.breaker.is_open
    go(up=True)
    wait_until(lambda: sessions.get("session") is None)


@pytest.mark.redis
def test_what_was_written_during_the_outage_is_not_read_later(flaky):
    values, go = flaky
    go(up=False)
    for number in range(4):
        values.set("n", number)
    assert values.get("n") == 3
    go(up=True)
    wait_until(lambda: not values._state.breaker.is_open)
    assert values.get("n") is None


@pytest.mark.redis
def test_a_wrong_command_is_not_an_outage():
    import redis

    raw_client().set("text", "abc", ex=60)
    with pytest.raises(redis.ResponseError):
        raw_client().incr("text")
    assert not server(settings.REDIS_URL).breaker.is_open
    raw_client().delete("text")


def test_asking_for_a_client_without_a_redis_says_what_to_set(settings):
    settings.REDIS_URL = ""
    with pytest.raises(RuntimeError, match="REDIS_URL"):
        raw_client()
