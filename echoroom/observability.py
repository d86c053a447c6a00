"""Logs and error reports, neither of which may carry what people wrote."""

from __future__ import annotations

import logging
import re
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.types import Event, Hint

# Of the paths that carry a secret only the kind may be written down.
SECRET_PATH = re.compile(r"/(join|seat|map)/[^/?\s]+")


def without_secrets(text: str) -> str:
    return SECRET_PATH.sub(r"/\1/-", text)


class SecretPaths(logging.Filter):
    """Takes the secret out of the paths that Django writes of a failed request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(without_secrets(arg) if isinstance(arg, str) else arg for arg in record.args)
        return True


def logging_lines(level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "{asctime} {levelname:<7} {name} {message}", "style": "{"}},
        "filters": {"secret_paths": {"()": SecretPaths}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"level": "WARNING"},
            # Every 4xx by its path is noise, and a personal link is a path.
            "django.request": {"level": "ERROR", "filters": ["secret_paths"]},
            "celery": {"level": "WARNING"},
            "uvicorn.access": {"level": "WARNING"},
            # Practice bots make a request every other second.
            "httpx": {"level": "WARNING"},
        },
    }


def without_personal_data(event: Event, hint: Hint) -> Event:
    """Drop bodies, cookies and local variables: a vote's reason is in all three."""
    request = event.get("request") or {}
    for part in ("data", "cookies", "query_string", "headers"):
        request.pop(part, None)
    if "url" in request:
        request["url"] = without_secrets(str(request["url"]))
    for value in (event.get("exception") or {}).get("values", []):
        value.pop("value", None)
        for frame in (value.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    return event


def start_sentry(dsn: str, *, environment: str) -> None:
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_personal_data,
        max_breadcrumbs=0,
    )
