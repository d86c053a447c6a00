"""An organiser sees what belongs to their own events, everywhere: lists, pages, choices, filters, search, history."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from echoroom.accounts.admin.base import ConsoleAdmin, staff
from echoroom.events.models import Event

# More choices than a person would read through; the search finds the rest.
MOST_CHOICES = 200


class ScopedAdmin(ConsoleAdmin):
    """`event_path` leads from a row to its event. Every page of the admin starts from this queryset."""

    event_path: ClassVar[str] = "event"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        user = staff(request)
        return rows if user.is_superuser else rows.filter(**{f"{self.event_path}__in": Event.objects.visible_to(user)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", visible_rows(self.admin_site, db_field.related_model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedChoices(admin.RelatedFieldListFilter):
    """A filter by a related row that offers only the rows which this person may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = visible_rows(model_admin.admin_site, field.related_model, request)
        return [(row.pk, str(row)) for row in rows[:MOST_CHOICES]]


def only_event(events: QuerySet[Event], asked: str | None) -> str | None:
    """What a form's event starts with: the one that was asked for, or the only one there is."""
    first = [str(pk) for pk in events.values_list("pk", flat=True)[:2]]
    return asked or (first[0] if len(first) == 1 else None)


def visible_rows(site: admin.AdminSite, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
    """What this person may see of another model: as its own list says, and nothing where there is none."""
    try:
        own_list = site.get_model_admin(model)
    except NotRegistered:
        return model._default_manager.none()
    visible = own_list.has_view_permission(request)
    return own_list.get_queryset(request) if visible else model._default_manager.none()
