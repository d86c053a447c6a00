from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from limits import parse

from echoroom import limits
from echoroom.caches import raw_client, server
from echoroom.limits.counting import PREFIX, Counter
from echoroom.limits.memory import BoundedMemoryStorage
from echoroom.limits.scopes import SCOPES
from echoroom.refusals import RateLimited

_names = itertools.count()


def dead_server():
    made = server(f"redis://127.0.0.1:1/0?client_name=limits{next(_names)}")
    made.breaker._interval = 60
    return made


def test_a_use_over_the_limit_is_refused_with_the_time_to_wait():
    for _ in range(5):
        limits.check("queue_join", "ben")
    with pytest.raises(RateLimited) as refused:
        limits.check("queue_join", "ben")
    assert refused.value.retry_after in range(1, 61)
    assert refused.value.detail == SCOPES["queue_join"].sentence


def test_everybody_has_a_count_of_their_own_in_every_scope():
    for _ in range(5):
        limits.check("queue_join", "ben")
    limits.check("queue_join", "cleo")
    limits.check("vote", "ben")


def test_failures_count_and_successes_do_not():
    for _ in range(20):
        limits.ensure("code_entry_failure", "192.0.2.7")
    for _ in range(5):
        limits.check("code_entry_failure", "192.0.2.7")
    with pytest.raises(RateLimited) as refused:
        limits.ensure("code_entry_failure", "192.0.2.7")
    assert refused.value.retry_after in range(840, 901)


def test_peeking_counts_nothing():
    limits.check("vote", "ben")
    assert limits.peek("vote", "ben").left == 59
    assert limits.peek("vote", "ben").left == 59


def window_moves(counter: Counter, at: Callable[[float], None]) -> None:
    item = parse("5/minute")
    at(58)
    assert [counter.hit(item, "moving") for _ in range(5)] == [True] * 5
    # A fixed window would begin again at the full minute and let five more through.
    for refused in (62, 117):
        at(refused)
        assert not counter.hit(item, "moving")
    at(119)
    assert [counter.hit(item, "moving") for _ in range(6)] == [True] * 5 + [False]


def test_the_window_moves_in_memory(monkeypatch):
    # The monotonic clock, which time_machine leaves alone.
    def at(seconds: float) -> None:
        monkeypatch.setattr("echoroom.limits.memory.monotonic", lambda: 1_000_000 + seconds)

    window_moves(Counter(None), at)


@pytest.mark.redis
def test_the_window_moves_on_redis():
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        start = datetime(2026, 3, 1, 12, tzinfo=UTC)
        window_moves(
            Counter(server(settings.REDIS_URL)), lambda seconds: clock.move_to(start + timedelta(seconds=seconds))
        )


def test_a_page_scope_is_not_counted_here():
    with pytest.raises(ValueError, match="page_limit"):
        limits.check("page", "192.0.2.7")


@pytest.mark.parametrize("scope", SCOPES)
def test_every_scope_is_readable_and_ends_its_sentence(scope):
    assert SCOPES[scope].sentence.endswith(".")
    assert SCOPES[scope].rate == f"{SCOPES[scope].item.amount}/{SCOPES[scope].item.get_expiry()}s"


def hammer(counter: Counter, times: int = 400, threads: int = 16) -> int:
    item = parse("100/minute")
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(lambda _: counter.hit(item, "race"), range(times)))


def test_sixteen_threads_at_a_limit_of_100_get_exactly_100_in_memory():
    assert hammer(Counter(None)) == 100


@pytest.mark.redis
def test_sixteen_threads_at_a_limit_of_100_get_exactly_100_on_redis():
    assert hammer(Counter(server(settings.REDIS_URL))) == 100


@pytest.mark.redis
def test_two_counters_share_one_count_on_redis():
    one, other = Counter(server(settings.REDIS_URL)), Counter(server(settings.REDIS_URL))
    item = parse("4/minute")
    assert [counter.hit(item, "shared") for counter in (one, other) * 3] == [True] * 4 + [False] * 2


@pytest.mark.redis
def test_redis_learns_no_address():
    limits.check("entry", "203.0.113.99")
    keys = b" ".join(raw_client().scan_iter(f"{PREFIX}*"))
    assert b"entry" in keys
    assert b"203.0.113.99" not in keys


@pytest.mark.redis
def test_a_check_is_one_round_trip(monkeypatch):
    limits.check("vote", "ben")
    sent: list[object] = []
    execute = type(raw_client()).execute_command

    def counted(self, *args, **options):
        sent.append(args)
        return execute(self, *args, **options)

    monkeypatch.setattr(type(raw_client()), "execute_command", counted)
    limits.check("vote", "ben")
    assert len(sent) == 1


def test_without_redis_a_strict_scope_still_refuses():
    counter = Counter(dead_server())
    assert sum(counter.hit(parse("5/minute"), "ben") for _ in range(50)) == 5


def test_without_redis_each_process_takes_its_share(settings):
    settings.PROCESS_COUNT = 4
    counter = Counter(dead_server())
    assert sum(counter.hit(parse("100/minute"), "ben") for _ in range(150)) == 25
    assert sum(counter.hit(parse("3/minute"), "cleo") for _ in range(10)) == 1


def test_without_redis_the_time_to_wait_is_known_too():
    counter = Counter(dead_server())
    for _ in range(4):
        counter.hit(parse("3/minute"), "ben")
    assert counter.window(parse("3/minute"), "ben") in [(0, 60), (0, 59)]


def test_the_memory_is_bounded_and_forgets_who_was_idle_longest():
    storage = BoundedMemoryStorage(max_keys=3)
    for key in ("a", "b", "c"):
        storage.acquire_entry(key, 1, 60)
    storage.acquire_entry("a", 1, 60)
    storage.acquire_entry("d", 1, 60)
    assert [storage.get_moving_window(key, 1, 60)[1] for key in "abcd"] == [1, 0, 1, 1]
