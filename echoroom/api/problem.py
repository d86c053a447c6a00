"""RFC 9457 problem details: the one shape of everything that is refused or fails, whoever refuses it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import select_template
from django.urls import NoReverseMatch, reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.html import format_html
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from echoroom import refusals
from echoroom.api import errors
from echoroom.api.translation import as_refusal
from echoroom.audit.correlation import request_id
from echoroom.refusals import Refusal, Way

CONTENT_TYPE = "application/problem+json"

logger = logging.getLogger(__name__)


def problem(refusal: Refusal) -> HttpResponse:
    body: dict[str, Any] = {
        "type": f"urn:echoroom:problem:{refusal.code}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "code": refusal.code,
        "errors": refusal.errors,
    }
    if known := request_id.get():
        body["request_id"] = known
    response = HttpResponse(orjson.dumps(body), status=refusal.status, content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = 'Seat realm="EchoRoom"'
    return response


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's `EXCEPTION_HANDLER`. Nothing is left to anybody else: an unknown exception is a problem too."""
    refusal = as_refusal(exc)
    request = getattr(context.get("request"), "_request", context.get("request"))
    response = problem(refusal)
    if isinstance(exc, exceptions.MethodNotAllowed) and (view := context.get("view")) is not None:
        response.headers["Allow"] = ", ".join(view.allowed_methods)
    if refusal.status >= 500:
        _report(exc, request, response)
    return response


def _report(exc: Exception, request: HttpRequest | None, response: HttpResponse) -> None:
    """What Django does with an uncaught exception: the signal for error trackers and tests, then the log."""
    got_request_exception.send(sender=None, request=request)
    log_response(
        "%s: %s",
        response.reason_phrase,
        getattr(request, "path", ""),
        response=response,
        request=request,
        exception=exc,
    )


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal) if request.path.startswith("/api/") else page(request, refusal)


def refused(path: str, refusal: Refusal) -> HttpResponse:
    """What is answered before there is a request that a page could be rendered for."""
    return problem(refusal) if path.startswith("/api/") else HttpResponse(_plain(refusal), status=refusal.status)


def page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """`errors/<code>.html` of whoever refuses, `errors/problem.html` or a plain page: no error ends in another."""
    # Context processors may ask the database, which may be what failed.
    processed = request if refusal.status < 500 else None
    context = {
        "status": refusal.status,
        "title": refusal.title,
        "detail": refusal.detail,
        "code": refusal.code,
        "errors": refusal.errors,
        "retry_after": refusal.retry_after,
        "request_id": request_id.get(),
        "way": refusal.way,
        "way_href": _href(request, refusal.way),
    }
    try:
        template = select_template([f"errors/{refusal.code}.html", "errors/problem.html"])
        content = template.render(context, processed)
    except TemplateDoesNotExist:
        content = _plain(refusal)
    except Exception:
        logger.exception("The error page cannot be rendered")
        content = _plain(refusal)
    response = HttpResponse(content, status=refusal.status)
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _href(request: HttpRequest, way: Way | None) -> str:
    """Where the way leads from here; "" where it leads nowhere, such as to a room from outside of one."""
    if way is None:
        return ""
    here = request.resolver_match.kwargs if request.resolver_match else {}
    try:
        return reverse(way.page, kwargs={name: here[source] for name, source in way.takes.items()})
    except (KeyError, NoReverseMatch):
        return ""


def _plain(refusal: Refusal) -> str:
    return format_html(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{}</title><h1>{}</h1><p>{}</p>'
        '<p><a href="/">Back to the start</a></p></html>',
        refusal.title,
        refusal.title,
        refusal.detail,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, as_refusal(exception) if exception else errors.Malformed())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, refusals.Forbidden())


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, refusals.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, errors.ServerError())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, errors.CsrfFailed())


@csrf_exempt
def no_such_path(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The last route under /api/, and one of the console that is shut: a problem, also where DEBUG has its own page.

    There is nothing that a forged request could do, and who forgot the token is told what is really wrong.
    """
    return answer(request, refusals.NotFound())


class RefusalMiddleware(MiddlewareMixin):
    """A refusal raised by a plain Django view becomes its page or its problem."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        # No path of ours holds a NUL, and PostgreSQL cannot even be asked for one.
        return answer(request, refusals.NotFound()) if "\0" in request.path else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return answer(request, exception)
        return None
