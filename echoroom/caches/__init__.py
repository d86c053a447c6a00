"""The cache that survives its server. All use of django-redis is behind this package."""

from echoroom.caches.breaker import Breaker, breakers
from echoroom.caches.servers import DOWN, RedisServer, configured_server, raw_client, server

__all__ = ["DOWN", "Breaker", "RedisServer", "breakers", "configured_server", "raw_client", "server"]
