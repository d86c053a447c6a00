from __future__ import annotations

from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest


class ConsoleMessageMiddleware(MessageMiddleware):
    """Django's messages, for the console: no other page shows any, and the API should not pay for them."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith("/admin/"):
            super().process_request(request)
