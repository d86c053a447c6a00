"""A domain event as JSON and back, by its annotations.

A field is a `str`, `int`, `float`, `bool`, `UUID`, `datetime` or `date`, a list or tuple of one of them, or
any of these `| None`.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")

# What is kept in JSON as text, and how it is read back.
_FROM_TEXT: dict[type, Callable[[str], Any]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
_PLAIN = (str, int, float, bool)


def to_payload(event: object) -> dict[str, Any]:
    """Raises `TypeError` for a field that holds something else than it declares, a model for one."""
    payload = {}
    for name, declared in fields_of(type(event)).items():
        value = getattr(event, name)
        if not _holds(value, declared):
            raise TypeError(f"{type(event).__name__}.{name} holds a {type(value).__name__}, not {declared}")
        payload[name] = _encode(value)
    return payload


def from_payload(event_type: type[T], payload: dict[str, Any]) -> T:
    """Fields that the event no longer has are ignored: rows outlive a deployment."""
    known = fields_of(event_type)
    return event_type(**{name: _decode(payload[name], known[name]) for name in known if name in payload})


_fields: dict[type, dict[str, Any]] = {}


def fields_of(event_type: type) -> dict[str, Any]:
    """Name → annotation. Raises `TypeError` for a type that JSON could not give back."""
    if event_type not in _fields:
        _fields[event_type] = _read_fields(event_type)
    return _fields[event_type]


def _read_fields(event_type: type) -> dict[str, Any]:
    annotations = get_type_hints(event_type)
    declared = {field.name: annotations[field.name] for field in dataclasses.fields(event_type)}
    for name, annotation in declared.items():
        if not _supported(annotation):
            raise TypeError(
                f"{event_type.__name__}.{name}: {annotation} does not survive JSON. Events carry ids and plain values."
            )
    return declared


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in {Union, types.UnionType} else (annotation,)


def _without_none(annotation: Any) -> Any:
    kept = [kind for kind in _alternatives(annotation) if kind is not types.NoneType]
    return kept[0] if len(kept) == 1 else annotation


def _item(annotation: Any) -> Any:
    """The element type of `list[X]` and `tuple[X, ...]`, else None."""
    origin, args = get_origin(annotation), get_args(annotation)
    if (origin is list and len(args) == 1) or (origin is tuple and args[1:] == (...,)):
        return args[0]
    return None


def _supported(annotation: Any) -> bool:
    inner = _without_none(annotation)
    item = _item(inner)
    return inner in _PLAIN or inner in _FROM_TEXT or (item is not None and _supported(item))


def _holds(value: Any, annotation: Any) -> bool:
    inner = _without_none(annotation)
    if value is None:
        return inner is not annotation
    if item := _item(inner):
        return isinstance(value, (list, tuple)) and all(_holds(each, item) for each in value)
    # `type(value)`, because a bool is an int to isinstance and a TextChoices member would come back as a str.
    return type(value) is inner or (inner is float and type(value) is int)


def _encode(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_encode(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _decode(value: Any, annotation: Any) -> Any:
    inner = _without_none(annotation)
    if value is None:
        return None
    if item := _item(inner):
        return get_origin(inner)(_decode(each, item) for each in value)
    return _FROM_TEXT[inner](value) if inner in _FROM_TEXT else value
