from __future__ import annotations

from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# What the admin's theme needs beyond the strict policy: Alpine evaluates expressions, charts set styles.
CONSOLE = {"script-src": ["'unsafe-eval'"], "style-src": ["'unsafe-inline'"]}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy on every page, loosened for the console and nowhere else. JSON needs none."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith("/api/"):
            return response
        if request.path.startswith("/admin/"):
            response._csp_update = CONSOLE  # type: ignore[attr-defined]
        loosened: HttpResponseBase = super().process_response(request, response)
        return loosened
