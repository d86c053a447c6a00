from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


def to_json(data: Any) -> bytes:
    """UUIDs and enums as strings, datetimes as RFC 3339 with Z for UTC."""
    return orjson.dumps(data, default=_other, option=OPTIONS)


def _other(value: Any) -> Any:
    if isinstance(value, (Promise, Decimal)):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (QuerySet, set, frozenset)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


class Answer(HttpResponse):
    """JSON, rendered at once: what a hot view returns instead of DRF's deferred `Response`."""

    def __init__(self, data: Any = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(
            b"" if data is None else to_json(data),
            status=status,
            content_type="application/json",
            headers=headers,
        )


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else to_json(data)
