from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, TypeVar

from django.conf import settings
from limits import RateLimitItem
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from echoroom.caches import RedisServer, configured_server
from echoroom.limits.keys import hashed
from echoroom.limits.memory import BoundedMemoryStorage
from echoroom.limits.scopes import SCOPES, Scope
from echoroom.refusals import RateLimited

# Two strategies on the same identifiers would share Redis keys: its name is in them.
NAMESPACE = "moving"
PREFIX = "echoroom-limits"

T = TypeVar("T")


class Remaining(NamedTuple):
    left: int
    retry_after: int


class Counter:
    """A moving window on Redis with a twin in memory, or in memory alone."""

    def __init__(self, redis: RedisServer | None) -> None:
        self._redis = redis
        self._twin = MovingWindowRateLimiter(BoundedMemoryStorage())
        self._exact = self._twin
        if redis is not None:
            storage = RedisStorage("redis://", connection_pool=redis.pool, key_prefix=PREFIX)
            self._exact = MovingWindowRateLimiter(storage)

    def hit(self, item: RateLimitItem, *names: str) -> bool:
        return self._ask(lambda limiter, limit: limiter.hit(limit, *names), item)

    def window(self, item: RateLimitItem, *names: str) -> Remaining:
        stats = self._ask(lambda limiter, limit: limiter.get_window_stats(limit, *names), item)
        return Remaining(max(0, stats.remaining), max(1, math.ceil(stats.reset_time - time.time())))

    def reset(self) -> None:
        self._twin.storage.reset()
        if self._exact is not self._twin:
            self._exact.storage.reset()

    def _ask(self, question: Callable[[MovingWindowRateLimiter, RateLimitItem], T], item: RateLimitItem) -> T:
        redis = self._redis
        if redis is None:
            return question(self._twin, item)
        if not redis.breaker.is_open:
            try:
                return question(self._exact, item)
            except (RedisError, OSError):
                redis.breaker.failed()
        return question(self._twin, _share(item, settings.PROCESS_COUNT))


@cache
def _share(item: RateLimitItem, processes: int) -> RateLimitItem:
    # Without Redis each process counts alone: together they must not let more through than one counter would.
    return type(item)(max(1, item.amount // max(1, processes)), item.multiples, item.namespace)


@cache
def counter() -> Counter:
    return Counter(configured_server())


def check(scope: str, key: str) -> None:
    """Count one use and refuse it if the limit is exceeded. One round trip when it is not."""
    asked = _strict(scope)
    name = hashed(key)
    if not counter().hit(asked.item, NAMESPACE, scope, name):
        raise refusal(asked, counter().window(asked.item, NAMESPACE, scope, name).retry_after)


def ensure(scope: str, key: str) -> None:
    """Refuse if the limit is used up already; count nothing."""
    remaining = peek(scope, key)
    if not remaining.left:
        raise refusal(_strict(scope), remaining.retry_after)


def peek(scope: str, key: str) -> Remaining:
    return counter().window(_strict(scope).item, NAMESPACE, scope, hashed(key))


def reset() -> None:
    """Forget every count. For tests."""
    counter().reset()


def refusal(scope: Scope, retry_after: int) -> RateLimited:
    return RateLimited(scope.sentence, retry_after=retry_after)


def _strict(scope: str) -> Scope:
    found = SCOPES[scope]
    if not found.strict:
        raise ValueError(f"The scope {scope!r} is counted by page_limit, not here.")
    return found
