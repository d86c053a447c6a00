from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from echoroom.api.authentication import KeyGrant


class Instance(BasePermission):
    """A permission with arguments: an instance stands where DRF expects a class, which it calls."""

    def __call__(self) -> Instance:
        return self


class HasScope(Instance):
    """An API key with this scope. The view still filters by `request.auth.event_id`."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.message = f"This needs an API key with the scope {scope}."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, KeyGrant) and self.scope in request.auth.scopes


class AnyOf(Instance):
    def __init__(self, *permissions: Any) -> None:
        self.permissions = [permission() for permission in permissions]

    def has_permission(self, request: Request, view: APIView) -> bool:
        return any(permission.has_permission(request, view) for permission in self.permissions)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        return any(
            permission.has_permission(request, view) and permission.has_object_permission(request, view, obj)
            for permission in self.permissions
        )
