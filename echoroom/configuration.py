"""Reads the environment and refuses, with the cure, what cannot be run safely."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
POSTGRESQL = ("postgres", "postgresql", "pgsql")
DATABASE_EXAMPLE = "DATABASE_URL=postgres://user:password@host:5432/echoroom"
REDIS_EXAMPLE = "REDIS_URL=redis://:password@host:6379/0"
REDIS_PARTS = ("REDIS_PORT", "REDIS_PASSWORD", "REDIS_DB")
ENCODE = "if there is a password in it, write its # / ? @ as %23 %2F %3F %40"

# The files of one `sudo make run` are root's.
OWNER = 'if another user has run this before: sudo chown -R "$(id -un)" {}; else DATA_DIR=/a/directory/of/your/own'


class Misconfigured(ImproperlyConfigured):
    """Says what is wrong and how to set it; `manage.py` shows it without a traceback."""


def refuse(problem: str, cure: str) -> Misconfigured:
    return Misconfigured(f"{problem}\n  How to set it: {cure}")


def text(env: environ.Env, name: str, default: str = "") -> str:
    """Set and empty is not set. Not `env.str`, to which a password that begins with $ is a variable's name."""
    return env.ENVIRON.get(name, "").strip() or default


def integer(env: environ.Env, name: str, *, default: int, least: int = 0, most: int = 10**9) -> int:
    given = text(env, name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) <= 10 and least <= int(given) <= most):
        raise refuse(f"{name}={given} is no whole number from {least} to {most}.", f"{name}={default}")
    return int(given)


def flag(env: environ.Env, name: str) -> bool:
    given = text(env, name, "false")
    if given.lower() not in YES | NO:
        raise refuse(f"{name}={given} is neither yes nor no.", f"{name}=true or {name}=false")
    return given.lower() in YES


def one_of(env: environ.Env, name: str, choices: Iterable[str], *, default: str) -> str:
    given = text(env, name, default)
    if given not in choices:
        raise refuse(f"{name}={given} is unknown.", " or ".join(f"{name}={choice}" for choice in choices))
    return given


def data_dir(env: environ.Env, *, default: Path) -> Path:
    path = Path(text(env, "DATA_DIR", str(default))).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse(
            f"DATA_DIR={path} cannot be made: {error.strerror}.", "DATA_DIR=/a/directory/that/you/may/write"
        ) from None
    return path


def database(env: environ.Env, *, data_dir: Path) -> dict[str, Any]:
    """Django's settings of `DATABASE_URL`: PostgreSQL or a file of SQLite, by default one in `data_dir`."""
    url = text(env, "DATABASE_URL")
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data_dir / "echoroom.sqlite3")}
    parts = _address(url, "DATABASE_URL", [*POSTGRESQL, "sqlite"], DATABASE_EXAMPLE)
    if parts.scheme == "sqlite" and (parts.netloc or len(parts.path) < 2):
        # A name in memory would be another database for each thread.
        raise refuse("DATABASE_URL names no file.", "DATABASE_URL=sqlite:////with/four/slashes/echoroom.sqlite3")
    if not parts.path.strip("/"):
        raise refuse("DATABASE_URL names no database.", DATABASE_EXAMPLE)
    found: dict[str, Any] = environ.Env.db_url_config(url)
    return found


def redis_url(env: environ.Env) -> str:
    """`REDIS_URL`, or one made of `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD`, `REDIS_DB`; "" when neither is set."""
    url, host = text(env, "REDIS_URL"), text(env, "REDIS_HOST")
    parts = [name for name in REDIS_PARTS if _is_ours(text(env, name))]
    if url and (host or parts):
        other = "REDIS_HOST" if host else parts[0]
        raise refuse(f"Both REDIS_URL and {other} are set.", "keep REDIS_URL, or REDIS_HOST with its parts.")
    if parts and not host:
        raise refuse(f"{parts[0]} is set without REDIS_HOST.", f"REDIS_HOST=localhost, or remove {parts[0]}.")
    if url:
        _checked_redis(url)
    return url or (_redis_of_parts(env, host) if host else "")


def _is_ours(given: str) -> bool:
    # Kubernetes sets REDIS_PORT=tcp://10.0.0.7:6379 by itself wherever a service is called redis.
    return bool(given) and not given.startswith("tcp://")


def _redis_of_parts(env: environ.Env, host: str) -> str:
    bare = host.removeprefix("[").removesuffix("]")
    if any(character in bare for character in "/@?#[] ") or (":" in bare and bare.count(":") < 2):
        raise refuse(f"REDIS_HOST={host} is no host name.", "REDIS_HOST=localhost and REDIS_PORT=6379, each by itself")
    port = 6379
    if _is_ours(text(env, "REDIS_PORT")):
        port = integer(env, "REDIS_PORT", default=6379, least=1, most=65535)
    password = text(env, "REDIS_PASSWORD")
    credentials = f":{quote(password, safe='')}@" if password else ""
    address = f"[{bare}]" if ":" in bare else bare
    return f"redis://{credentials}{address}:{port}/{integer(env, 'REDIS_DB', default=0, most=10_000)}"


def _checked_redis(url: str) -> None:
    parts = _address(url, "REDIS_URL", ["redis", "rediss"], REDIS_EXAMPLE)
    if not parts.hostname:
        raise refuse("REDIS_URL names no host.", REDIS_EXAMPLE)
    number = parts.path.strip("/")
    if number and not (number.isascii() and number.isdigit()):
        raise refuse("REDIS_URL must end in the number of a database.", REDIS_EXAMPLE)


def _address(url: str, name: str, schemes: Iterable[str], example: str) -> SplitResult:
    """The parts of an address. What is refused is not repeated: it may hold a password."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises
    except ValueError:
        raise refuse(f"{name} is no valid address.", f"{example}; {ENCODE}.") from None
    if "://" not in url or parts.scheme not in schemes:
        allowed = ", ".join(f"{scheme}://" for scheme in schemes)
        raise refuse(f"{name} must begin with one of {allowed}", example)
    if parts.fragment:
        raise refuse(f"{name} has a # in it.", f"{ENCODE}.")
    return parts


def secret_key(env: environ.Env, *, production: bool, data_dir: Path) -> str:
    """The configured key; on a developer's machine one generated once and kept in `data_dir`."""
    key = text(env, "SECRET_KEY")
    if not production:
        return key or _kept_key(data_dir)
    if len(key) < 50 or len(set(key)) < 5 or key.startswith("django-insecure-"):
        raise refuse(
            "SECRET_KEY is missing or too weak for production (50 random characters at least).",
            'SECRET_KEY=$(python3 -c "import secrets; print(secrets.token_urlsafe(60))")',
        )
    return key


def _kept_key(data_dir: Path) -> str:
    path = data_dir / "secret_key"
    if not path.exists():
        try:
            _make_key(path)
        except OSError as error:
            cure = "DATA_DIR=/a/directory/that/you/may/write, or set SECRET_KEY."
            raise refuse(f"The secret cannot be kept in {data_dir}: {error.strerror}.", cure) from None
    try:
        key = path.read_text().strip()
    except OSError as error:
        raise refuse(f"{path} cannot be read: {error.strerror}.", OWNER.format(data_dir)) from None
    if key:
        return key
    raise refuse(f"{path} is empty.", f"remove {path}; the next start makes a new one.")


def _make_key(path: Path) -> None:
    """Of processes that start together one gives the file its name, whole; the others find it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="secret_key.")  # for its owner's eyes only
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(60))
    with suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()


def public_url(env: environ.Env, *, production: bool) -> str:
    """The address people type, without a trailing slash. Production needs https, except on this very machine."""
    example = "PUBLIC_URL=https://echoroom.example.org"
    url = text(env, "PUBLIC_URL", "" if production else "http://127.0.0.1:8000").rstrip("/")
    if not url:
        raise refuse("PUBLIC_URL is missing.", example)
    parts = _address(url, "PUBLIC_URL", ["https", "http"], example)
    if not parts.hostname or "@" in parts.netloc or parts.path or parts.query:
        raise refuse("PUBLIC_URL must be a host, perhaps with a port, and nothing else.", example)
    if production and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise refuse(f"PUBLIC_URL={url} would send sessions in the clear.", "PUBLIC_URL=https://" + parts.hostname)
    return url


def live_url(env: environ.Env, *, https: bool) -> str:
    """The sockets' own address, without a trailing slash; "" when they are served where the pages are."""
    example = "LIVE_URL=wss://live.echoroom.example.org"
    url = text(env, "LIVE_URL").rstrip("/")
    # A browser opens no unencrypted socket from an encrypted page.
    if url and not _address(url, "LIVE_URL", ["wss"] if https else ["wss", "ws"], example).hostname:
        raise refuse("LIVE_URL names no host.", example)
    return url


def email(env: environ.Env) -> dict[str, Any]:
    """Django's settings of `EMAIL_URL`; without it no mail is sent."""
    example = "EMAIL_URL=smtp+tls://user:password@mail.example.org:587"
    url = text(env, "EMAIL_URL")
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = _address(url, "EMAIL_URL", [*MAIL_PORTS, "consolemail"], example)
    if parts.scheme == "consolemail":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if not parts.hostname:
        raise refuse("EMAIL_URL names no host.", example)
    if parts.path.strip("/") or parts.query:
        raise refuse("EMAIL_URL goes on after the host and its port.", f"{example}; {ENCODE}.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or MAIL_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
    }


def email_timeout(env: environ.Env) -> int:
    """Seconds for each step. A run of reports has ten for all it sends; a server that says nothing must fit in."""
    return integer(env, "EMAIL_TIMEOUT", default=5, least=1, most=9)


def email_from(env: environ.Env, *, default: str) -> str:
    given = text(env, "EMAIL_FROM", default)
    if "@" not in parseaddr(given)[1].strip("@"):
        raise refuse(f"EMAIL_FROM={given} holds no address.", "EMAIL_FROM=EchoRoom <echoroom@example.org>")
    return given


def sentry_dsn(env: environ.Env) -> str:
    dsn = text(env, "SENTRY_DSN")
    example = "SENTRY_DSN=https://key@sentry.example.org/1, as Sentry shows it for the project"
    if dsn:
        parts = _address(dsn, "SENTRY_DSN", ["https", "http"], example)
        if not (parts.username and parts.hostname and parts.path.rpartition("/")[2].isdigit()):
            raise refuse("SENTRY_DSN has no key, no host or no project.", example)
    return dsn


def allowed_hosts(env: environ.Env, *, production: bool, public_url: str, default: list[str]) -> list[str]:
    hosts = [host.strip() for host in text(env, "ALLOWED_HOSTS").split(",") if host.strip()]
    example = "ALLOWED_HOSTS=echoroom.example.org"
    if production and not hosts:
        raise refuse("ALLOWED_HOSTS is missing.", example)
    if production and "*" in hosts:
        raise refuse("ALLOWED_HOSTS=* lets any host name in.", example)
    if wrong := [host for host in hosts if "/" in host or " " in host]:
        raise refuse(f"ALLOWED_HOSTS holds {wrong[0]}, which is no host name.", example)
    host = str(urlsplit(public_url).hostname)
    host = f"[{host}]" if ":" in host else host
    if production and not validate_host(host, hosts):
        # Every page would answer 400.
        raise refuse(f"ALLOWED_HOSTS does not hold {host}, the host of PUBLIC_URL.", f"ALLOWED_HOSTS={host}")
    return hosts or default


def trusted_proxies(env: environ.Env, *, production: bool) -> int:
    """How many proxies may say where a request comes from. Production must say it: with too few everybody behind the
    proxy shares one address and its limits, with too many a client invents its own."""
    if production and not text(env, "TRUSTED_PROXIES"):
        raise refuse(
            "TRUSTED_PROXIES is missing.",
            "TRUSTED_PROXIES=1 behind one proxy such as nginx, 0 where people reach the processes themselves.",
        )
    return integer(env, "TRUSTED_PROXIES", default=0, most=10)


def trusted_hops(env: environ.Env, *, public_url: str) -> list[str]:
    """Networks in front of the nginx of `make serve`, which itself speaks plain http."""
    example = "TRUSTED_HOPS=10.0.0.7 or TRUSTED_HOPS=10.0.0.0/24,fd00::/64"
    hops: dict[str, None] = {}
    for given in filter(None, map(str.strip, text(env, "TRUSTED_HOPS").split(","))):
        try:
            network = ip_network(given, strict=False)
        except ValueError:
            raise refuse(f"TRUSTED_HOPS holds {given}, which is no address and no network.", example) from None
        if not network.prefixlen:
            raise refuse(f"TRUSTED_HOPS={given} would let everybody invent an address.", example)
        hops[str(network)] = None
    if public_url.startswith("https://") and not hops:
        # Every page would redirect to itself.
        raise refuse("PUBLIC_URL is https, and TRUSTED_HOPS does not say who ends it in front of nginx.", example)
    return list(hops)


def require_production_parts(env: environ.Env, *, redis: str) -> None:
    if flag(env, "DEBUG"):
        raise refuse("DEBUG is on in production.", "remove DEBUG, or set ENVIRONMENT=local.")
    if not text(env, "DATABASE_URL").startswith(tuple(f"{scheme}://" for scheme in POSTGRESQL)):
        raise refuse("DATABASE_URL is missing or not PostgreSQL.", DATABASE_EXAMPLE)
    if not redis:
        raise refuse("REDIS_URL is missing.", REDIS_EXAMPLE)
