from __future__ import annotations

from typing import Any

from channels.security.websocket import OriginValidator
from django.conf import settings


class OriginCheck(OriginValidator):
    """Browsers open sockets from this site's pages only, or another site could listen with a player's cookie.

    A client without an `Origin` header is no browser: it brings a token of its own.
    """

    def __init__(self, application: Any) -> None:
        super().__init__(application, settings.ALLOWED_HOSTS)

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))
