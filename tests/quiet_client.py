"""A test client for thousands of requests of which only the answer counts.

Django's keeps, and copies, what every template was rendered with, and builds the middleware anew for each client. Here
there is no `response.context` or `response.templates`; all that goes over the wire is the same, and an exception in
the server still is one in the test.
"""

from __future__ import annotations

from typing import Any

from django.core.signals import got_request_exception
from django.test import Client
from django.test.client import ClientHandler


class QuietClient(Client):
    def __init__(self, handler: ClientHandler) -> None:
        super().__init__()
        # The middleware holds nothing of a client: as in a server one chain answers all of them.
        self.handler = handler

    def request(self, **request: Any) -> Any:
        got_request_exception.connect(self.store_exc_info, dispatch_uid=id(self))
        try:
            response: Any = self.handler(self._base_environ(**request))  # type: ignore[attr-defined]
        finally:
            got_request_exception.disconnect(dispatch_uid=id(self))
        self.cookies.update(response.cookies)
        # It returns where nothing was raised, whatever its stubs say.
        self.check_exception(response)
        return response  # type: ignore[unreachable]
