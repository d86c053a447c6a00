"""Who works here, and what they are told when something is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from echoroom.accounts.admin.base import staff
from echoroom.accounts.models import User
from echoroom.refusals import Refusal

P = ParamSpec("P")


def for_organisers(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Hands the view the organiser who asks. What is not theirs answers 404, whatever they ask of it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = staff(request)
        if not user.is_organiser:
            raise PermissionDenied
        return view(request, user, *args, **kwargs)

    found: Callable[..., HttpResponse] = admin.site.admin_view(guarded)
    return found


def said(request: HttpRequest, act: Callable[[], str], *, back: str) -> HttpResponse:
    """Do it, and go `back` with what was done or why it was not."""
    try:
        messages.success(request, act())
    except Refusal as refusal:
        if refusal.status == 404 and refusal.code in {"quest_not_found", "event_not_found"}:
            raise
        messages.error(request, f"{refusal.title}. {refusal.detail}")
    return HttpResponseRedirect(back)


def context_of(request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
    request.current_app = admin.site.name
    return {**admin.site.each_context(request), "title": title, **more}
