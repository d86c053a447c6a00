from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django_redis.cache import RedisCache
from django_redis.pool import ConnectionFactory

from echoroom.caches.servers import DOWN, server

if TYPE_CHECKING:
    from redis import ConnectionPool


class SharedPoolFactory(ConnectionFactory):
    """One pool per server, with short timeouts, for the cache, the limits and `raw_client`."""

    def get_or_create_connection_pool(self, params: dict[str, Any]) -> ConnectionPool:
        return server(params["url"]).pool


class ResilientRedisCache(RedisCache):
    """django-redis with a bounded in-process twin that answers while the server is away.

    What is written meanwhile is forgotten by both sides when the server returns, so a value deleted during
    the outage stays deleted."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        options = {"CONNECTION_FACTORY": f"{__name__}.SharedPoolFactory", **params.get("OPTIONS", {})}
        super().__init__(location, {**params, "OPTIONS": options})
        self._state = server(location)

    def get(self, key: str, default: Any = None, version: int | None = None, client: Any = None) -> Any:
        return self._read(
            lambda: super(ResilientRedisCache, self).get(key, default, version, client),
            lambda: self._state.twin.get(self._name(key, version), default),
        )

    def has_key(self, key: str, version: int | None = None, **kwargs: Any) -> bool:
        return bool(
            self._read(
                lambda: super(ResilientRedisCache, self).has_key(key, version, **kwargs),
                lambda: self._state.twin.has_key(self._name(key, version)),
            )
        )

    def get_many(self, keys: Iterable[str], version: int | None = None, **kwargs: Any) -> dict[str, Any]:
        names = {self._name(key, version): key for key in keys}
        found: dict[str, Any] = self._read(
            lambda: super(ResilientRedisCache, self).get_many(list(names.values()), version, **kwargs),
            lambda: {names[name]: value for name, value in self._state.twin.get_many(names).items()},
        )
        return found

    def set(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None, **kwargs: Any
    ) -> Any:
        return self._write(
            lambda: super(ResilientRedisCache, self).set(key, value, timeout, version, **kwargs),
            lambda name: self._set_in_twin(name, value, timeout, kwargs),
            key,
            version,
        )

    def add(
        self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None, **kwargs: Any
    ) -> bool:
        return bool(
            self._write(
                lambda: super(ResilientRedisCache, self).add(key, value, timeout, version, **kwargs),
                lambda name: self._state.twin.add(name, value, self._seconds(timeout)),
                key,
                version,
            )
        )

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None, **kwargs: Any) -> bool:
        return bool(
            self._write(
                lambda: super(ResilientRedisCache, self).touch(key, timeout, version, **kwargs),
                lambda name: self._state.twin.touch(name, self._seconds(timeout)),
                key,
                version,
            )
        )

    def delete(self, key: str, version: int | None = None, **kwargs: Any) -> bool:
        return bool(
            self._write(
                lambda: super(ResilientRedisCache, self).delete(key, version, **kwargs),
                self._state.twin.delete,
                key,
                version,
            )
        )

    def incr(self, key: str, delta: int = 1, version: int | None = None, **kwargs: Any) -> int:
        return int(
            self._write(
                lambda: super(ResilientRedisCache, self).incr(key, delta, version, **kwargs),
                lambda name: self._state.twin.incr(name, delta),
                key,
                version,
            )
        )

    def decr(self, key: str, delta: int = 1, version: int | None = None, **kwargs: Any) -> int:
        return self.incr(key, -delta, version, **kwargs)

    def set_many(
        self,
        data: Mapping[str, Any],
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
        **kwargs: Any,
    ) -> list[str]:
        if not self._state.breaker.is_open:
            try:
                super().set_many(data, timeout, version, **kwargs)
                return []
            except DOWN:
                self._state.breaker.failed()
        for key, value in data.items():
            self.set(key, value, timeout, version)
        return []

    def delete_many(self, keys: Iterable[str], version: int | None = None, **kwargs: Any) -> int:
        names = list(keys)
        if not self._state.breaker.is_open:
            try:
                return int(super().delete_many(names, version, **kwargs) or 0)
            except DOWN:
                self._state.breaker.failed()
        return sum(self.delete(key, version) for key in names)

    def clear(self) -> None:
        """Remove what this cache wrote. django-redis would flush the broker's queues too."""
        self._state.twin.clear()
        self.delete_pattern("*")

    def _read(self, ask: Callable[[], Any], ask_twin: Callable[[], Any]) -> Any:
        state = self._state
        if not state.breaker.is_open:
            try:
                return ask()
            except DOWN:
                state.breaker.failed()
        return ask_twin()

    def _write(self, write: Callable[[], Any], write_twin: Callable[[str], Any], key: str, version: int | None) -> Any:
        state = self._state
        if not state.breaker.is_open:
            try:
                return write()
            except DOWN:
                # Before `failed()`: its probe may repair at once, and must know this key.
                state.mark_stale([self._name(key, version)])
                state.breaker.failed()
        name = self._name(key, version)
        state.mark_stale([name])
        return write_twin(name)

    def _set_in_twin(self, name: str, value: Any, timeout: Any, conditions: Mapping[str, Any]) -> bool:
        twin = self._state.twin
        if conditions.get("nx"):
            return twin.add(name, value, self._seconds(timeout))
        if conditions.get("xx") and not twin.has_key(name):
            return False
        twin.set(name, value, self._seconds(timeout))
        return True

    def _seconds(self, timeout: Any) -> Any:
        return self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout

    def _name(self, key: str, version: int | None) -> str:
        return str(self.client.make_key(key, version))
