"""What every server-rendered page shares: refusals said where the person looks, moves without a reload, 304."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from echoroom.api import problem
from echoroom.api.errors import BodyTooLarge, Malformed
from echoroom.refusals import Refusal

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
UNTIL_SWAPPED = "outerHTML show:window:top"


def page(view: View[P]) -> View[P]:
    """A view whose refusals become an error page, or a toast when only a part of the page was asked for."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            _require_text(request)
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = refused(request, refusal)
        if "Cache-Control" not in response.headers:
            # A page shows one person's seat: no shared cache, and no old page after signing out.
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return answered


def _require_text(request: HttpRequest) -> None:
    # Nobody types a NUL, and PostgreSQL takes it for an error of ours.
    if request.method == "POST" and any("\0" in text for _, texts in request.POST.lists() for text in texts):
        raise Malformed("The form holds a character that is no text. Type it again.")


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of the page. Boosted links and forms and the way back want the whole page."""
    headers = request.headers
    whole = headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not whole


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if not wants_part(request):
        return problem.page(request, refusal)
    if request.method != "GET":
        return part(request, "parts/toast.html", {"refusal": refusal}, refusal=refusal)
    if refusal.status == 404:
        # What the page shows is gone: the page says so. Other failed re-reads are repeated silently.
        return _over_the_page(problem.page(request, refusal))
    return _with_retry(HttpResponse(status=refusal.status), refusal)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler of what is refused before a view has run; on a page in a page's words."""
    if request.path.startswith("/api/"):
        return problem.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return refused(request, BodyTooLarge("That is more than this page takes. Go back and send something shorter."))
    return refused(request, Malformed("Check the address, or go back and send the form again."))


def part(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    refusal: Refusal | None = None,
    into: str = "",
) -> HttpResponse:
    """Parts of a page, each naming its own place, or one that belongs `into` an element.

    The script takes an answer of 4xx for a part only if a header says how it is swapped: other servers' error pages
    do not.
    """
    response = render(request, template, context, status=refusal.status if refusal else 200)
    if into:
        response.headers["HX-Retarget"] = into
    if into or refusal:
        response.headers["HX-Reswap"] = "innerHTML" if into else "none"
    return _with_retry(response, refusal) if refusal else response


def go(request: HttpRequest, path: str) -> HttpResponse:
    """Move on to another page: without a reload where htmx asked, by 303 otherwise."""
    if not wants_part(request):
        response = HttpResponse(status=303)
        response.headers["Location"] = path
        return response
    where = {"path": path, "target": "#page", "select": "#page", "swap": UNTIL_SWAPPED}
    response = HttpResponse(status=204)
    response.headers["HX-Location"] = json.dumps({**where, "headers": {"HX-Boosted": "true"}})
    return response


def is_unchanged(request: HttpRequest, etag: str) -> bool:
    """Whether the asker shows this very state already."""
    return request.headers.get("If-None-Match", "") == etag


def unchanged(etag: str) -> HttpResponse:
    return stamped(HttpResponse(status=304), etag)


def stamped(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # Paths only: another host would be an open redirect, even our own one under another name.
    is_path = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_path else otherwise


def _over_the_page(response: HttpResponse) -> HttpResponse:
    response.headers["HX-Retarget"] = response.headers["HX-Reselect"] = "#page"
    response.headers["HX-Reswap"] = UNTIL_SWAPPED
    return response


def _with_retry(response: HttpResponse, refusal: Refusal) -> HttpResponse:
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
