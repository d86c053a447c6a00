"""The API's description, made once a process: making it reads every view and takes a core for a second."""

from __future__ import annotations

import hashlib
import threading
from functools import cache
from typing import Any, NamedTuple

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from echoroom.api.views import ApiView

FORMATS: list[Any] = [OpenApiYamlRenderer(), OpenApiYamlRenderer2(), OpenApiJsonRenderer(), OpenApiJsonRenderer2()]
_one_at_a_time = threading.Lock()
_negotiation = DefaultContentNegotiation()


class _Document(NamedTuple):
    body: bytes
    etag: str


class SchemaView(ApiView):
    """YAML, or JSON for whoever asks for it. Nothing in it depends on who asks."""

    permission = AllowAny
    authentication_classes = []
    rate_scope = "schema"

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        renderer, media_type = _negotiation.select_renderer(request, FORMATS)
        document = schema_as(renderer.format)
        if document.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(document.body, content_type=media_type)
            response.headers["Content-Disposition"] = f'inline; filename="EchoRoom API.{renderer.format}"'
        response.headers["ETag"] = document.etag
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Vary"] = "Accept"
        return response


def schema_as(format: str) -> _Document:
    """`yaml` or `json`. Whoever asks while it is being made waits for it."""
    with _one_at_a_time:
        return _made(format)


@cache
def _made(format: str) -> _Document:
    renderer = next(each for each in FORMATS if each.format == format)
    body = renderer.render(_described(), renderer_context={})
    return _Document(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


@cache
def _described() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)
