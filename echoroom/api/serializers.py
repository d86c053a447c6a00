"""Input that is taken as it is: nothing is coerced, nothing unknown is ignored, texts are trimmed."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.core.validators import ProhibitNullCharactersValidator
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.validators import ProhibitSurrogateCharactersValidator

UNKNOWN_FIELD = "Unknown field."
SEEN_BY_PARSER = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)
SMALLEST, LARGEST = -(2**31), 2**31 - 1


class CharField(serializers.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The parser has refused what these look for, all at once; they look at each character in Python.
        self.validators = [check for check in self.validators if not isinstance(check, SEEN_BY_PARSER)]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data.strip() if self.trim_whitespace else data


class EmailField(CharField, serializers.EmailField):
    pass


class IntegerField(serializers.IntegerField):
    """Bounded to what a database integer holds, unless told otherwise."""

    def __init__(self, *, min_value: int = SMALLEST, max_value: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        # Not isinstance: a bool is an int to Python, and 1.0 is none to us.
        if type(data) is not int:
            self.fail("invalid")
        return data


class FloatField(serializers.FloatField):
    def to_internal_value(self, data: Any) -> float:
        if type(data) not in (int, float):
            self.fail("invalid")
        return float(data)


class BooleanField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("invalid", input=str(data)[:40])
        return data


class UUIDField(serializers.UUIDField):
    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=str(data)[:40])
        found: UUID = super().to_internal_value(data)
        return found


class ChoiceField(serializers.ChoiceField):
    def to_internal_value(self, data: Any) -> Any:
        if type(data) not in (str, int) or data not in self.choices:
            if data == "" and self.allow_blank:
                return ""
            self.fail("invalid_choice", input=str(data)[:40])
        return self.choice_strings_to_values[str(data)]


class StrictSerializer(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            fields = self.fields
            unknown = [name for name in data if name not in fields or fields[name].read_only]
            if unknown:
                raise ValidationError({name[:64]: [UNKNOWN_FIELD] for name in unknown[:20]})
        return super().to_internal_value(data)


class WithoutFields(StrictSerializer):
    """Of a write that its address says all about."""


@cache
def _shared(serializer_class: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    return serializer_class()


def parse(
    serializer_class: type[serializers.Serializer[Any]],
    request: Request,
    *,
    context: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The validated body. Raises what becomes a problem `invalid`.

    Without a context one instance serves all requests: `run_validation` keeps nothing on the serializer, and
    building one copies every field."""
    return _validated(serializer_class, request.data, context)


def parse_query(
    serializer_class: type[serializers.Serializer[Any]],
    request: Request,
    *,
    context: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The validated query string. Its values are strings: use DRF's own fields for numbers."""
    return _validated(serializer_class, request.query_params.dict(), context)


def _validated(
    serializer_class: type[serializers.Serializer[Any]], data: Any, context: dict[str, Any] | None
) -> dict[str, Any]:
    serializer = _shared(serializer_class) if context is None else serializer_class(context=context)
    validated: dict[str, Any] = serializer.run_validation(data)
    return validated
