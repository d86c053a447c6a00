"""What this process shares per Redis server: the breaker, the stand-in and the list of keys to forget."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import redis
from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from echoroom.caches.breaker import Breaker
from echoroom.caches.pool import Pool

if TYPE_CHECKING:
    from redis import Redis

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 0.2
TWIN_ENTRIES = 5_000
MAX_STALE_KEYS = 50_000
# What says "the server is not there" as opposed to "the command was wrong".
DOWN = (RedisConnectionError, RedisTimeoutError, ReadOnlyError, OutOfMemoryError, OSError)


class RedisServer:
    def __init__(self, url: str) -> None:
        # redis-py retries three times with growing pauses by default: a request must not wait for that.
        self.pool = Pool.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self.client: Redis = redis.Redis(connection_pool=self.pool)
        self.breaker = Breaker(name=f"redis {_without_password(url)}", probe=self.client.ping)
        self.breaker.on_recovery(self.forget_stale_keys)
        self.twin = LocMemCache(f"echoroom-twin-{url}", {"OPTIONS": {"MAX_ENTRIES": TWIN_ENTRIES}})
        self._stale: set[str] = set()
        self._lock = threading.Lock()

    def mark_stale(self, keys: list[str]) -> None:
        """These keys were written while Redis was away: what it still holds of them is out of date."""
        with self._lock:
            if len(self._stale) < MAX_STALE_KEYS:
                self._stale.update(keys)
            else:
                logger.error("Too many cache writes while Redis was away: some stale entries live until they expire")

    def forget_stale_keys(self) -> None:
        # Without this a session that was revoked during the outage would come back with the server.
        with self._lock:
            keys = list(self._stale)
        for start in range(0, len(keys), 1_000):
            self.client.unlink(*keys[start : start + 1_000])
        with self._lock:
            self._stale.difference_update(keys)
        self.twin.clear()


_servers: dict[str, RedisServer] = {}
_lock = threading.Lock()


def server(url: str) -> RedisServer:
    try:
        return _servers[url]
    except KeyError:
        with _lock:
            if url not in _servers:
                _servers[url] = RedisServer(url)
            return _servers[url]


def configured_server() -> RedisServer | None:
    """The Redis of `settings.REDIS_URL`, or None in embedded mode."""
    return server(settings.REDIS_URL) if settings.REDIS_URL else None


def raw_client() -> Redis:
    """The shared redis-py client, for pipelines and scripts. Catch `DOWN` and tell the breaker."""
    if not settings.REDIS_URL:
        raise RuntimeError("There is no Redis: set REDIS_URL, or take the in-process path when settings.EMBEDDED.")
    return server(settings.REDIS_URL).client


def _without_password(url: str) -> str:
    return url.rpartition("@")[2].rpartition("//")[2]
