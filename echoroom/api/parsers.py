from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any

import orjson
from django.http import HttpRequest, UnreadablePostError
from rest_framework.parsers import BaseParser

from echoroom.api.errors import BodyTooLarge, Malformed, UnsupportedMediaType

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20


def read_body(request: HttpRequest) -> bytes:
    """The raw body, or `BodyTooLarge` without having read it."""
    body: bytes | None = getattr(request, "_body", None)
    if body is None:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > MAX_BYTES:
            raise BodyTooLarge
        try:
            body = request.read(MAX_BYTES + 1)
        except UnreadablePostError:
            raise Malformed("The body ended too early.") from None
        if len(body) <= MAX_BYTES:
            # What `HttpRequest.body` does: whoever reads it after us still finds it.
            request._body = body
            request._stream = BytesIO(body)
    if len(body) > MAX_BYTES:
        raise BodyTooLarge
    return body


def parse_request(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; an empty body is an empty object."""
    body = read_body(request)
    if not body:
        return {}
    media_type = request.META.get("CONTENT_TYPE", "")
    if media_type != "application/json" and media_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType
    return parse_json(body)


def parse_json(body: bytes) -> dict[str, Any]:
    try:
        # Strict by itself: no NaN, no lone surrogates, no invalid UTF-8, no control characters.
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Malformed from None
    if type(data) is not dict:
        raise Malformed("Send one JSON object at the top.")
    # The walk is only for the rare body that could be too deep or could hold a NUL.
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH or b"\\u0000" in body:
        _check(data)
    return data


def _check(top: Any) -> None:
    """PostgreSQL stores no NUL, and nothing we accept is deep."""
    pending = [(top, 1)]
    while pending:
        value, depth = pending.pop()
        if isinstance(value, str):
            if "\0" in value:
                raise Malformed("Texts must not contain NUL characters.")
        elif isinstance(value, (dict, list)):
            if depth > MAX_DEPTH:
                raise Malformed(f"The body is nested more than {MAX_DEPTH} levels deep.")
            inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
            pending.extend((item, depth + 1) for item in inside)


class StrictJSONParser(BaseParser):
    """For views that are not an `ApiView`: the same rules through DRF's own machinery."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise BodyTooLarge
        return parse_json(body)
