from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from echoroom.audit.models import AuditEntry


class ReadOnlyAdmin(ModelAdmin):
    """History: superusers read it, nobody changes it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # A history page looks for its object before it asks for the right: numbers must not tell how many there are.
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows if self.has_view_permission(request) else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["at", "action", "actor_kind", "actor_id", "target_type", "target_id", "event_id"]
    list_filter = ["actor_kind"]
    search_fields = ["=action", "=target_id", "=request_id"]
    search_help_text = "An exact action, row id or request id"
    fields = [
        "at",
        "action",
        "actor_kind",
        "actor_id",
        "target_type",
        "target_id",
        "event_id",
        "ids",
        "request_id",
    ]
    readonly_fields = fields
    # The journal only grows: never count it, page by page is enough.
    show_full_result_count = False
    paginator = InfinitePaginator
    list_per_page = 50
