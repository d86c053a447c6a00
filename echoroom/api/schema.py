"""What drf-spectacular cannot see in the views: problems, Idempotency-Key, ways to authenticate."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details. `code` is stable; `detail` is a sentence for people.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri", "example": "urn:echoroom:problem:room_full"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "example": "room_full"},
        "errors": {
            "type": "object",
            "description": "Sentences by field; nested fields are written with dots.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "request_id": {"type": "string"},
    },
}
IDEMPOTENCY_KEY = "Idempotency-Key"
ONCE = "With it a repeated request takes effect once and gets the first answer, for 24 hours."
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
WRITES = {"post", "put", "patch", "delete"}
SAID = {
    "400": "The request is malformed or not valid.",
    "401": "Nobody is known to ask this.",
    "403": "This may not be done by whoever asks.",
    "404": "There is nothing here, or nothing that may be seen.",
    "409": "That is not possible now.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "That was too often.",
    "default": "Any other problem.",
}


class Schema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        """The `Idempotency-Key`, of the writes that know it."""
        if self.method.lower() not in WRITES or not getattr(self.view, "idempotent", False):
            return []
        shape = {"type": "string", "minLength": getattr(self.view, "shortest_key", 1), "maxLength": 200}
        return [OpenApiParameter(IDEMPOTENCY_KEY, shape, OpenApiParameter.HEADER, description=ONCE)]


def add_problem_responses(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path, item in result.get("paths", {}).items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                _describe(path, method, operation)
    return result


def _describe(path: str, method: str, operation: dict[str, Any]) -> None:
    codes = ["400", "429", "default"]
    if operation.get("security"):
        codes += ["401", "403"]
    if "{" in path:
        codes.append("404")
    if method in WRITES:
        codes += ["409", "413", "415"]
        if any(parameter["name"] == IDEMPOTENCY_KEY for parameter in operation.get("parameters", [])):
            codes.append("422")
    for code in codes:
        operation["responses"].setdefault(code, _response(code))
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _response(code: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": SAID[code],
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if code == "429":
        described["headers"] = RETRY_AFTER
    return described


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "echoroom.api.authentication.SessionAuthentication"
    name = "session"
    match_subclasses = True
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "A browser's session. Writes repeat the CSRF cookie in the X-CSRFToken header.",
        }


class SeatScheme(OpenApiAuthenticationExtension):
    target_class = "echoroom.api.authentication.SeatAuthentication"
    name = "seat"
    match_subclasses = True
    priority = 1

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Seat <token>`, as `POST /api/auth/start` hands it out.",
        }


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "echoroom.api.keys.KeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Api-Key <secret>`, made by an administrator for one event and some scopes.",
        }
