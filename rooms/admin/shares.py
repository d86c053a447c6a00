"""Who has shared which map with people outside. An organiser withdraws a link; nobody is shown one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from echoroom.accounts.admin.actions import page_action
from echoroom.accounts.admin.base import staff
from echoroom.accounts.admin.confirming import Question, ask_first
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from rooms.models import MapShare
from rooms.services.sharing import withdraw_share

WITHDRAWING = Question(
    title="Withdraw the link?",
    sentence="Whoever follows it finds nothing any more. The member can make another one.",
    button="Withdraw it",
)


class ShareQuestion(QuestionFilter):
    title = "which links"
    parameter_name = "which"
    answers = {"open": "Open to the outside", "withdrawn": "Withdrawn", "named": "Showing a name"}

    def open(self, shares: QuerySet[MapShare]) -> QuerySet[MapShare]:
        return shares.filter(withdrawn_at=None)

    def withdrawn(self, shares: QuerySet[MapShare]) -> QuerySet[MapShare]:
        return shares.exclude(withdrawn_at=None)

    def named(self, shares: QuerySet[MapShare]) -> QuerySet[MapShare]:
        return shares.exclude(kept_place=None)


@admin.register(MapShare)
class MapShareAdmin(ScopedAdmin):
    event_path = "decision_map__room__event"
    list_display = ["room", "quest", "made_by", "shows_name", "created_at", "withdrawn_at"]
    list_select_related = ["decision_map__room__quest", "made_by"]
    list_filter = [ShareQuestion, ("decision_map__room__event", ScopedChoices)]
    search_fields = ["=decision_map__room__code"]
    search_help_text = "A room's code"
    fields = list_display
    ordering = ["-created_at", "-pk"]
    actions = ["withdraw_links"]
    actions_detail = ["withdraw"]

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return list(self.fields or [])

    def get_queryset(self, request: HttpRequest) -> QuerySet[MapShare]:
        # A document is many pages long, and no list shows it.
        rows: QuerySet[MapShare] = super().get_queryset(request)
        return rows.defer("decision_map__document")

    @admin.display(description="room", ordering="decision_map__room__code")
    def room(self, share: MapShare) -> str:
        return share.decision_map.room.code

    @admin.display(description="quest")
    def quest(self, share: MapShare) -> str:
        return str(share.decision_map.room.quest)

    @admin.display(description="shows the maker's name", boolean=True)
    def shows_name(self, share: MapShare) -> bool:
        return share.kept_place is not None

    @admin.action(description="Withdraw the chosen links", permissions=["act"])
    def withdraw_links(self, request: HttpRequest, queryset: QuerySet[MapShare]) -> HttpResponse | None:
        chosen = list(queryset)
        if asked := ask_first(self, request, WITHDRAWING, chosen, action="withdraw_links"):
            return asked
        withdrawn = sum(withdraw_share(by=staff(request), share_id=share.pk) for share in chosen)
        self.message_user(request, f"{withdrawn} withdrawn.")
        return None

    @page_action("Withdraw this link", path="withdraw", icon="link_off")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        share: Any = self.get_object(request, object_id)
        if share is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if asked := ask_first(self, request, WITHDRAWING, [share]):
            return asked
        withdraw_share(by=staff(request), share_id=share.pk)
        self.message_user(request, "The link is withdrawn.")
        return HttpResponseRedirect(reverse("admin:rooms_mapshare_change", args=[share.pk]))
