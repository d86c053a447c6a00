"""The settings under which the Procfile's processes are measured, and databases that may be emptied."""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

POSTGRESQL = "postgres://postgres@127.0.0.1:5432"
REDIS = "redis://127.0.0.1:6379"


def environment(data_dir: str, *, database: str, redis: str) -> dict[str, str]:
    """`database` and `redis` are used unless DATABASE_URL and REDIS_URL name others."""
    return {
        "ENVIRONMENT": "production",
        "DJANGO_SETTINGS_MODULE": "echoroom.settings",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "PUBLIC_URL": "http://127.0.0.1:8080",
        "ALLOWED_HOSTS": "127.0.0.1",
        "TRUSTED_PROXIES": "0",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"{POSTGRESQL}/{database}",
        "REDIS_URL": os.environ.get("REDIS_URL") or f"{REDIS}/{redis}",
        "DATA_DIR": data_dir,
        "BEAT_SCHEDULE": f"{data_dir}/beat",
        "LOG_LEVEL": "WARNING",
    }


def fresh_database(url: str) -> None:
    """Drops the database of that name, if there is one, and makes it anew."""
    parts = urlsplit(url)
    name = sql.Identifier(parts.path.strip("/"))
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
