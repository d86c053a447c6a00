"""What every list and page of the organiser console shares."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

from echoroom.accounts.models import User
from echoroom.accounts.services import note_in_history
from echoroom.refusals import Refusal


def staff(request: HttpRequest) -> User:
    """Who works in the console. The site lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a person would page, so that no list counts a huge table."""

    MOST = 5_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        assert isinstance(rows, QuerySet)
        return rows.order_by().values("pk")[: self.MOST].count()


class ConsoleAdmin(ModelAdmin):
    """Rights by role, writes through services, refusals as messages, nothing to probe through the address.

    A list is read-only unless it says otherwise.
    """

    can_add = can_change = can_delete = False
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def is_open_to(self, user: User) -> bool:
        return user.is_organiser

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # A history page looks for its object before it asks for the right: whoever may not look finds none.
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows if self.has_view_permission(request) else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return isinstance(request.user, User) and self.is_open_to(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.can_add and self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_change and self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.can_delete and self.has_view_permission(request)

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """May run this list's actions: also where nobody may edit a row by hand."""
        return self.has_view_permission(request)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django lets everybody filter by any field of the row itself: `?gender=…` would tell what no page shows.
        for offered in self.get_list_filter(request):
            field = offered[0] if isinstance(offered, (list, tuple)) else offered
            if isinstance(field, str):
                if lookup in {field, f"{field}__exact", f"{field}__id__exact", f"{field}__isnull"}:
                    return True
            elif lookup == getattr(field, "parameter_name", None):
                return True
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)  # type: ignore[no-any-return]
        except Refusal as refusal:
            return self.refused(request, refusal)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        except Refusal as refusal:
            return self.refused(request, refusal)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)  # type: ignore[no-any-return]
        except Refusal as refusal:
            return self.refused(request, refusal)

    def refused(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        """Say why not, on the page from which it was asked."""
        if request.method != "POST":
            raise refusal
        self.message_user(request, refusal.detail, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        raise NotImplementedError(f"{type(self).__name__} must hand what it saves to a service.")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        raise NotImplementedError(f"{type(self).__name__} must hand what it deletes to a service.")

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        note_in_history(by=staff(request), targets=[obj], flag=ADDITION, message=message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        note_in_history(by=staff(request), targets=[obj], flag=CHANGE, message=message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        note_in_history(by=staff(request), targets=list(queryset), flag=DELETION, message="")
