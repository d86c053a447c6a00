from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from echoroom.api import services
from echoroom.api.models import ApiKey, IdempotencyRecord
from echoroom.audit.admin import ReadOnlyAdmin


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(choices=ApiKey.Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget)

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "event_id", "expires_at"]


class UsableFilter(admin.SimpleListFilter):
    title = "usable"
    parameter_name = "usable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("revoked", "Revoked")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        if self.value() == "revoked":
            return queryset.exclude(revoked_at=None)
        return queryset.filter(revoked_at=None) if self.value() == "yes" else queryset


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    form = ApiKeyForm
    list_display = ["name", "prefix", "event_id", "created_at", "expires_at", "last_used_at", "revoked_at"]
    list_filter = [UsableFilter]
    search_fields = ["name", "prefix"]
    actions = ["revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        # A history page looks for its object before it asks for the right: whoever may not look finds none.
        rows: QuerySet[ApiKey] = super().get_queryset(request)
        return rows if self.has_view_permission(request) else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return request.user.is_active and request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        # A key is made once and revoked; what it may do never changes under whoever holds it.
        return obj is None and self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        made, secret = services.create_api_key(
            by=request.user,
            name=obj.name,
            scopes=obj.scopes,
            event_id=obj.event_id,
            expires_at=obj.expires_at,
        )
        obj.__dict__.update(made.__dict__)
        self.message_user(request, f"Copy the secret now, it is not shown again: {secret}", level=messages.WARNING)

    @admin.action(description="Revoke the chosen keys")
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        revoked = sum(services.revoke_api_key(by=request.user, key=key) for key in queryset)
        self.message_user(request, f"{revoked} revoked.")


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    """That requests which a client may repeat were answered, and when. Not whose they were, where to or with what: a
    second vote tells that its voter wavers, a route whom somebody would rather not meet, a body may hold a token."""

    list_display = ["id", "created_at", "status"]
    fields = ["id", "created_at", "status"]
    readonly_fields = fields
    ordering = ["-pk"]
    # Many in a day: never counted, as the journal.
    show_full_result_count = False
    paginator = InfinitePaginator
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).only("created_at", "status")
