"""How the schema names what only events can tell apart."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema

from echoroom.api.schema import SessionScheme
from echoroom.events.authentication import StaffSessionAuthentication


class StaffScheme(SessionScheme):
    """The same cookie as a player's, and another right."""

    target_class = StaffSessionAuthentication  # type: ignore[assignment]
    name = "staff"
    match_subclasses = False
    priority = 2

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        described = "The session of somebody who has signed in to the organiser console."
        return {**super().get_security_definition(auto_schema), "description": described}
