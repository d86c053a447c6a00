from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request

from echoroom.refusals import Invalid

PAGE_SIZE, MAX_PAGE_SIZE = 25, 100
CURSOR = re.compile(r"[A-Za-z0-9_-]{1,512}")


def paginate(
    queryset: QuerySet[Any],
    request: Request,
    *,
    ordering: Sequence[str],
    represent: Callable[[Any], Any],
    size: int = PAGE_SIZE,
) -> dict[str, Any]:
    """`{"results": […], "next": opaque cursor or null}`, from `?cursor=` and `?limit=`.

    Pages stay right while rows are added, and any number of rows may tie on the first columns: the position
    is the whole of `ordering`, whose columns must not be null and whose last one must be unique."""
    limit = _limit(request, size)
    position = _position(request, queryset.model, ordering)
    try:
        rows = list(queryset.filter(_after(ordering, position)).order_by(*ordering)[: limit + 1])
    except (ValueError, TypeError, OverflowError, ValidationError, DataError):
        if position is None:
            raise
        raise _no_such_page() from None
    page = rows[:limit]
    return {
        "results": [represent(row) for row in page],
        "next": _cursor(page[-1], ordering) if len(rows) > limit else None,
    }


def _limit(request: Request, size: int) -> int:
    asked = request.query_params.get("limit")
    if asked is None:
        return size
    if not (asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= MAX_PAGE_SIZE):
        raise Invalid(errors={"limit": [f"Send a number from 1 to {MAX_PAGE_SIZE}."]})
    return int(asked)


def _cursor(row: Any, ordering: Sequence[str]) -> str:
    values = [getattr(row, column.lstrip("-")) for column in ordering]
    return urlsafe_b64encode(orjson.dumps(values, default=str)).rstrip(b"=").decode()


def _position(request: Request, model: type[Model], ordering: Sequence[str]) -> list[Any] | None:
    encoded = request.query_params.get("cursor")
    if encoded is None:
        return None
    try:
        if not CURSOR.fullmatch(encoded):
            raise _no_such_page()
        values = orjson.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        if not isinstance(values, list) or len(values) != len(ordering) or None in values:
            raise _no_such_page()
        return [_typed(model, column.lstrip("-"), value) for column, value in zip(ordering, values, strict=True)]
    except (ValueError, TypeError, ValidationError):
        raise _no_such_page() from None


def _typed(model: type[Model], column: str, value: Any) -> Any:
    """A cursor may hold anything that somebody wrote into it: each value must suit its column."""
    try:
        field: Any = model._meta.get_field(column)
    except FieldDoesNotExist:
        if not isinstance(value, (str, int, float)):
            raise _no_such_page() from None
        return value
    return field.to_python(value)


def _after(ordering: Sequence[str], position: list[Any] | None) -> Q:
    """`(a, b) > (x, y)` as `a > x or (a = x and b > y)`, in each column's own direction."""
    found = Q()
    equal = Q()
    for column, value in zip(ordering, position or (), strict=False):
        name = column.lstrip("-")
        found |= equal & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return found


def _no_such_page() -> Invalid:
    return Invalid("That page does not exist.", errors={"cursor": ["This is not a cursor that the server gave."]})
