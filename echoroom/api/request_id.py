"""One id per request: on the response, in the logs, in the journal and in every problem."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

from echoroom.audit.correlation import request_id

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9_.\-]{8,64}")


class RequestIdMiddleware:
    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._answer_async(request)
        chosen = _chosen(request)
        token = request_id.set(chosen)
        try:
            response: HttpResponseBase = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers[HEADER] = chosen
        return response

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        chosen = _chosen(request)
        token = request_id.set(chosen)
        try:
            response: HttpResponseBase = await self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers[HEADER] = chosen
        return response


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every log record ("-" outside a request)."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get() or "-"
        return True


def _chosen(request: HttpRequest) -> str:
    offered = request.META.get("HTTP_X_REQUEST_ID", "")
    return offered if SANE.fullmatch(offered) else secrets.token_hex(16)
