"""The console's side bar. Each app names its own lists; a person sees those that they may open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from echoroom.accounts.models import User
from echoroom.api.models import ApiKey
from echoroom.audit.models import AuditEntry
from echoroom.events.models import Event, EventCode, EventOrganiser, Participant, PersonalLink, SeatDevice
from echoroom.outbox.models import Delivery


class Group(StrEnum):
    """In the order in which they stand."""

    NOW = "Now"
    EVENT = "Event"
    WORLD = "World"
    HISTORY = "What happened"
    DETAILS = "Details"
    HOUSE = "The house"


COLLAPSED = {Group.DETAILS, Group.HOUSE}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`page` is the name of an address of its own, for what is no model's list."""

    group: Group
    title: str
    icon: str
    model: type[Model] | None = None
    page: str = ""

    @property
    def path(self) -> str:
        if self.model is None:
            return reverse(self.page)
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist")

    def is_open_to(self, request: HttpRequest) -> bool:
        if self.model is None:
            return isinstance(request.user, User) and request.user.is_organiser
        return admin.site.get_model_admin(self.model).has_view_permission(request)


_entries: list[Entry] = []


def names(group: Group, title: str, icon: str, model: type[Model]) -> None:
    """Put a model's list into the side bar. `icon` is one of the theme's Material symbols."""
    _entries.append(Entry(group=group, title=title, icon=icon, model=model))


def leads_to(group: Group, title: str, icon: str, page: str) -> None:
    """Put a page for organisers into the side bar, by the name of its address."""
    _entries.append(Entry(group=group, title=title, icon=icon, page=page))


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's SIDEBAR navigation."""
    seen = [entry for entry in _entries if entry.is_open_to(request)]
    groups = [
        {
            "title": group.value,
            "collapsible": group in COLLAPSED,
            "separator": group is not Group.NOW,
            "items": [_item(entry) for entry in seen if entry.group is group],
        }
        for group in Group
    ]
    home = {"title": "Overview", "icon": "home", "link": reverse("admin:index")}
    return [{"items": [home]}, *(group for group in groups if group["items"])]


def _item(entry: Entry) -> dict[str, Any]:
    return {"title": entry.title, "icon": entry.icon, "link": entry.path}


names(Group.EVENT, "Events", "event", Event)
names(Group.EVENT, "Codes", "qr_code_2", EventCode)
names(Group.EVENT, "People", "group", Participant)
names(Group.DETAILS, "Organisers", "badge", EventOrganiser)
names(Group.DETAILS, "Signed-in devices", "devices", SeatDevice)
names(Group.DETAILS, "Personal links", "link", PersonalLink)
names(Group.HOUSE, "Users", "manage_accounts", User)
names(Group.HOUSE, "API keys", "key", ApiKey)
names(Group.HOUSE, "Audit", "history", AuditEntry)
names(Group.HOUSE, "Deliveries", "outbox", Delivery)
