"""Any exception by the name it has to the outside. What the exception says itself is never shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from rest_framework import exceptions

from echoroom import refusals
from echoroom.api import errors
from echoroom.refusals import Refusal

NON_FIELD = "non_field_errors"


def as_refusal(exc: BaseException) -> Refusal:
    if isinstance(exc, Refusal):
        return exc
    if isinstance(exc, exceptions.APIException):
        return _of_framework(exc)
    if isinstance(exc, Http404):
        return refusals.NotFound()
    if isinstance(exc, PermissionDenied):
        return refusals.Forbidden()
    if isinstance(exc, RequestDataTooBig):
        return errors.BodyTooLarge()
    if isinstance(exc, (SuspiciousOperation, UnreadablePostError)):
        return errors.Malformed()
    if isinstance(exc, (OperationalError, InterfaceError)):
        return errors.Unavailable(retry_after=2)
    return errors.ServerError()


# What each exception of the framework is called; True where the sentence may come from our own code.
NAMES: dict[type[exceptions.APIException], tuple[type[Refusal], bool]] = {
    exceptions.ParseError: (errors.Malformed, False),
    exceptions.NotAuthenticated: (refusals.NotAuthenticated, False),
    exceptions.AuthenticationFailed: (refusals.NotAuthenticated, True),
    exceptions.PermissionDenied: (refusals.Forbidden, True),
    exceptions.NotFound: (refusals.NotFound, False),
    exceptions.MethodNotAllowed: (errors.MethodNotAllowed, False),
    exceptions.NotAcceptable: (errors.NotAcceptable, False),
    exceptions.UnsupportedMediaType: (errors.UnsupportedMediaType, False),
}


def _of_framework(exc: exceptions.APIException) -> Refusal:
    if isinstance(exc, exceptions.ValidationError):
        return refusals.Invalid(errors=flatten(exc.detail))
    if isinstance(exc, exceptions.Throttled):
        return refusals.RateLimited(retry_after=math.ceil(getattr(exc, "wait", None) or 1))
    if getattr(exc.detail, "code", "") == errors.CsrfFailed.code:
        return errors.CsrfFailed()
    for known, (name, may_speak) in NAMES.items():
        if isinstance(exc, known):
            return name(_said(exc) if may_speak else None)
    if exc.status_code >= 500:
        return errors.ServerError()
    refusal = Refusal(_said(exc))
    refusal.status = exc.status_code
    return refusal


def _said(exc: exceptions.APIException) -> str | None:
    """The sentence that our own code gave, or None for the framework's default."""
    detail = exc.detail
    return str(detail) if isinstance(detail, str) and str(detail) != str(exc.default_detail) else None


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested validation errors as `{"party.0.name": ["…"]}`."""
    if isinstance(detail, Mapping):
        inside = [(str(name), value) for name, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, (Mapping, list)) for item in detail):
        inside = [(str(index), value) for index, value in enumerate(detail) if value]
    else:
        said = detail if isinstance(detail, list) else [detail]
        return {path or NON_FIELD: [str(sentence) for sentence in said]}
    found: dict[str, list[str]] = {}
    for name, value in inside:
        here = path if name == NON_FIELD and path else f"{path}.{name}".lstrip(".")
        for where, said in flatten(value, here).items():
            found.setdefault(where, []).extend(said)
    return found
