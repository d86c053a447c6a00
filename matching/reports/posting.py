"""Posts to an address that somebody typed. It must not lead into our own network, nor hold us up."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings

# Seconds: for each step, and for all of it whatever trickles in.
TIMEOUT = httpx.Timeout(4.0, connect=3.0)
LONGEST = 5.0
AGENT = "EchoRoom"
# Ways from IPv6 to any IPv4 address: NAT64, Teredo, 6to4.
TUNNELS = [IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")]

Address = IPv4Address | IPv6Address


class Undelivered(Exception):
    """Could not be sent; its text names no address."""


def objection_to(url: str) -> str:
    """Why nothing may be posted there, as far as the address itself tells; empty if it may."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "It is no address."
    schemes = {"https", "http"} if settings.WEBHOOKS_MAY_BE_PRIVATE else {"https"}
    if parts.scheme not in schemes or not host:
        return "It has to begin with https://."
    if parts.username is not None or parts.password is not None:
        return "It must not hold a name or a password."
    return ""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Post JSON once. Raises `Undelivered` for whatever is not answered by 2xx; a redirect is not followed."""
    if objection := objection_to(url):
        raise Undelivered(objection)
    parts = urlsplit(url)
    address = _public_address(parts)
    host = parts.netloc
    # To the very address that was looked at: a second look-up could give another one.
    literal = f"[{address}]" if address.version == 6 else str(address)
    target = parts._replace(netloc=literal if parts.port is None else f"{literal}:{parts.port}").geturl()
    sent = {"Host": host, "User-Agent": AGENT, "Content-Type": "application/json", **headers}
    try:
        status = _status(target, body, sent, sni=parts.hostname or "")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError) as error:
        raise Undelivered(f"No answer: {type(error).__name__}.") from error
    if not 200 <= status < 300:
        raise Undelivered(f"It answered {status}.")


def _status(target: str, body: bytes, headers: Mapping[str, str], *, sni: str) -> int:
    # Without the environment's proxies, which might reach what we may not.
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=TIMEOUT) as client:
        end = Timer(LONGEST, client.close)
        end.daemon = True
        end.start()
        try:
            extensions = {"sni_hostname": sni}
            with client.stream("POST", target, content=body, headers=dict(headers), extensions=extensions) as answer:
                # What it says beside the status is not read: there may be no end of it.
                return answer.status_code
        finally:
            end.cancel()


def _public_address(parts: SplitResult) -> Address:
    """The address behind the name. All that it has must be public, unless the settings say otherwise."""
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Undelivered("Its name is not known.") from error
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not (settings.WEBHOOKS_MAY_BE_PRIVATE or all(is_public(each) for each in addresses)):
        raise Undelivered("It leads into a private network.")
    return addresses[0]


def is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in tunnel for tunnel in TUNNELS):
            return False
    return address.is_global and not address.is_multicast
