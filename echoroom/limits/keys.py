from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """Where the request comes from, as far as somebody we trust says so.

    With n trusted proxies the n-th entry of `X-Forwarded-For` from the right was written by the outermost of
    them; everything left of it the client may have invented. An IPv6 client is its /64: one household owns
    all of it."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(forwarded) >= settings.TRUSTED_PROXIES:
            address = forwarded[-settings.TRUSTED_PROXIES].strip() or address
    return _group(address)


@lru_cache(maxsize=2_048)
def _group(text: str) -> str:
    address = _parse(text)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address.packed, 64), strict=False).network_address)
    return str(address)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    bracketed = text.startswith("[")
    host = text[1:].partition("]")[0] if bracketed else text
    if not bracketed and host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def hashed(key: str) -> str:
    """What Redis may know: addresses are personal data, and can be guessed from a plain hash."""
    return blake2b(key.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).hexdigest()


def address_key(group: str, request: HttpRequest) -> str:
    """A key function as django-ratelimit calls it."""
    return hashed(client_address(request))


def person_key(group: str, request: HttpRequest) -> str:
    """A key function as django-ratelimit calls it: the signed-in person, else the address."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and getattr(user, "pk", None):
        return hashed(str(user.pk))
    return address_key(group, request)
