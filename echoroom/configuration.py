"""Reads the environment and refuses, with the cure, what cannot be run safely."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def refuse(problem: str, cure: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{problem}\n  How to set it: {cure}")


def redis_url(env: environ.Env) -> str:
    """`REDIS_URL`, or one made of `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD`, `REDIS_DB`; "" when neither is set."""
    url = env.str("REDIS_URL", default="")
    host = env.str("REDIS_HOST", default="")
    if url and host:
        raise refuse("Both REDIS_URL and REDIS_HOST are set.", "keep one of them.")
    if not host:
        return str(url)
    password = env.str("REDIS_PASSWORD", default="")
    credentials = f":{quote(password, safe='')}@" if password else ""
    return f"redis://{credentials}{host}:{env.int('REDIS_PORT', default=6379)}/{env.int('REDIS_DB', default=0)}"


def secret_key(env: environ.Env, *, production: bool, data_dir: Path) -> str:
    """The configured key; on a developer's machine one generated once and kept in `data_dir`."""
    key = str(env.str("SECRET_KEY", default=""))
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
        _make_key(path)
    if key := path.read_text().strip():
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
    url = str(env.str("PUBLIC_URL", default="" if production else "http://127.0.0.1:8000")).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise refuse("PUBLIC_URL is missing or no address.", "PUBLIC_URL=https://echoroom.example.org")
    if production and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise refuse(f"PUBLIC_URL={url} would send sessions in the clear.", "PUBLIC_URL=https://" + str(parts.hostname))
    return url


def require_production_parts(env: environ.Env, *, redis: str) -> None:
    if env.bool("DEBUG", default=False):
        raise refuse("DEBUG is on in production.", "remove DEBUG, or set ENVIRONMENT=local.")
    if not env.str("DATABASE_URL", default="").startswith(("postgres://", "postgresql://", "pgsql://")):
        raise refuse(
            "DATABASE_URL is missing or not PostgreSQL.", "DATABASE_URL=postgres://user:password@host:5432/echoroom"
        )
    if not redis:
        raise refuse("REDIS_URL is missing.", "REDIS_URL=redis://:password@host:6379/0")
    if not env.list("ALLOWED_HOSTS", default=[]):
        raise refuse("ALLOWED_HOSTS is missing.", "ALLOWED_HOSTS=echoroom.example.org")
    if "*" in env.list("ALLOWED_HOSTS"):
        raise refuse("ALLOWED_HOSTS=* lets any host name in.", "ALLOWED_HOSTS=echoroom.example.org")
