from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from echoroom.outbox import services
from echoroom.outbox.models import Delivery, DeliveryQuerySet


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("owed", "Owed: not delivered yet"),
            ("overdue", "Overdue: its time has passed"),
            ("parked", "Parked: given up, look at it"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        deliveries = Delivery.objects.all()
        chosen: dict[str | None, DeliveryQuerySet] = {
            "owed": deliveries.owed(),
            "overdue": deliveries.overdue(),
            "parked": deliveries.parked(),
        }
        return queryset & chosen[self.value()] if self.value() in chosen else queryset


@admin.register(Delivery)
class DeliveryAdmin(ModelAdmin):
    """What apps told each other. Read-only, except that parked deliveries can be tried again."""

    list_display = ["id", "receiver", "state", "attempts", "error", "created_at", "due_at"]
    list_filter = [StateFilter]
    search_fields = ["receiver", "event_type"]
    search_help_text = "Part of a receiver's or an event's name"
    fields = [
        "receiver", "event_type", "payload", "state", "attempts", "error",
        "created_at", "due_at", "delivered_at", "parked_at",
    ]  # fmt: skip
    readonly_fields = fields
    ordering = ["-id"]
    actions = ["retry_parked"]
    show_full_result_count = False
    paginator = InfinitePaginator
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        # A history page looks for its object before it asks for the right: numbers must not tell how many there are.
        rows: QuerySet[Delivery] = super().get_queryset(request)
        return rows if self.has_view_permission(request) else rows.none()

    @admin.action(description="Retry parked deliveries", permissions=["retry"])
    def retry_parked(self, request: HttpRequest, queryset: DeliveryQuerySet) -> None:
        parked = list(queryset.parked().values_list("pk", flat=True))
        for pk in parked:
            delivery = services.retry(by=request.user, delivery_id=pk)
            self.log_change(request, delivery, "Retried")
        self.message_user(
            request,
            f"{len(parked)} parked deliveries are being tried again." if parked else "None of these is parked.",
            messages.SUCCESS if parked else messages.WARNING,
        )

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.change_delivery")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("outbox.view_delivery")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
