"""Health, as balancers ask for it. Redis is no part of readiness: without it every node still serves."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from monitoring import selectors


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The process can serve people: its database answers, and has the tables that this release works with."""
    obstacle = selectors.readiness.obstacle()
    if not obstacle:
        return JsonResponse({"status": "ok", "database": True})
    answers = obstacle != selectors.DATABASE_UNREACHABLE
    return JsonResponse({"status": "unavailable", "database": answers, "reason": obstacle}, status=503)
