from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from echoroom.accounts.admin.actions import page_action
from echoroom.accounts.admin.base import staff
from echoroom.accounts.admin.confirming import Question, ask_first
from echoroom.accounts.admin.filters import QuestionFilter
from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from rooms.admin.answer_files import csv_response, json_response
from rooms.admin.forms import preview_of_form, results_page
from rooms.admin.quest_files import export_response, import_page
from rooms.models import Decision, Quest, Region, Response, Room
from rooms.selectors.content import content_of
from rooms.selectors.results import Answers
from rooms.services.answer_exports import export_answers
from rooms.services.quests import set_quest_open
from rooms.services.world import create_region, delete_region, place_quest, update_region

CLOSING = Question(
    title="Close these quests?",
    sentence="Nobody can queue for them or answer them any more. Rooms that play them go on to their end.",
    button="Close them",
)


@admin.register(Region)
class RegionAdmin(ScopedAdmin):
    can_add = can_change = can_delete = True
    list_display = ["name", "event", "is_open", "position"]
    list_select_related = ["event"]
    list_filter = [("event", ScopedChoices), "is_open"]
    search_fields = ["name"]
    fields = ["event", "name", "is_open", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        return ["event"] if obj else []

    def save_model(self, request: HttpRequest, obj: Region, form: Any, change: bool) -> None:
        by = staff(request)
        fields: dict[str, Any] = {"name": obj.name, "is_open": obj.is_open, "position": obj.position}
        if change:
            update_region(by=by, region_id=obj.pk, **fields)
        else:
            obj.__dict__.update(create_region(by=by, event=obj.event, **fields).__dict__)

    def delete_model(self, request: HttpRequest, obj: Region) -> None:
        delete_region(by=staff(request), region_id=obj.pk)


class QuestState(QuestionFilter):
    title = "state"
    parameter_name = "state"
    answers = {"open": "Open", "closed": "Closed", "played": "Being played"}

    def open(self, quests: QuerySet[Quest]) -> QuerySet[Quest]:
        return quests.filter(is_open=True, region__is_open=True, current__isnull=False)

    def closed(self, quests: QuerySet[Quest]) -> QuerySet[Quest]:
        return quests.exclude(is_open=True, region__is_open=True, current__isnull=False)

    def played(self, quests: QuerySet[Quest]) -> QuerySet[Quest]:
        return quests.filter(Exists(Room.objects.filter(quest=OuterRef("pk"), state=Room.State.IN_PROGRESS)))


def _counted(rows: Any) -> Coalesce:
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), IntegerField()), 0)


@admin.register(Quest)
class QuestAdmin(ScopedAdmin):
    """What a quest asks changes by an import, which makes a new version: rooms that play the old one keep it."""

    can_change = True
    list_display = ["title", "event", "region", "kind", "state", "team", "decisions", "playing", "answers", "version"]
    list_select_related = ["event", "region", "current"]
    list_filter = [QuestState, "kind", ("event", ScopedChoices), ("region", ScopedChoices)]
    search_fields = ["title", "slug"]
    search_help_text = "Part of a title"
    readonly_fields = ["event", "title", "slug", "kind", "version", "team", "preview", "results"]
    actions = ["open_quests", "close_quests", "export_quests"]
    actions_list = ["import_quest"]
    actions_detail = ["export_quest", "export_answers_csv", "export_answers_json"]

    class Media:
        css = {"all": ["console/console.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        decisions = Decision.objects.filter(version=OuterRef("current")).order_by().values("version")
        rooms = Room.objects.filter(quest=OuterRef("pk"), state=Room.State.IN_PROGRESS).order_by().values("quest")
        people = Response.objects.of_people().filter(quest=OuterRef("pk")).order_by().values("quest")
        rows: Any = super().get_queryset(request)
        return rows.annotate(decisions=_counted(decisions), playing=_counted(rooms), answers=_counted(people))

    def get_fields(self, request: HttpRequest, obj: Quest | None = None) -> list[str]:
        asks = ["team", "preview"] if obj is None or obj.is_room else ["results", "preview"]
        return ["event", "title", "slug", "kind", "region", "position", "is_open", "version", *asks]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        match = request.resolver_match
        if db_field.name == "region" and match and "object_id" in match.kwargs:
            field.queryset = field.queryset.filter(event__quests=match.kwargs["object_id"])
        return field

    @admin.display(description="state")
    def state(self, quest: Quest) -> str:
        if not quest.current_id:
            return "Empty"
        if not quest.region.is_open:
            return "Region closed"
        return "Open" if quest.is_open else "Closed"

    @admin.display(description="team")
    def team(self, quest: Quest) -> str:
        version = quest.current if quest.is_room else None
        return f"{version.team_size} ({version.team_min} to {version.team_max})" if version else ""

    @admin.display(description="decisions")
    def decisions(self, quest: Any) -> int | str:
        return int(quest.decisions) if quest.is_room else ""

    @admin.display(description="rooms playing")
    def playing(self, quest: Any) -> int | str:
        return int(quest.playing) if quest.is_room else ""

    @admin.display(description="answered by")
    def answers(self, quest: Any) -> int | str:
        return "" if quest.is_room else int(quest.answers)

    @admin.display(description="version")
    def version(self, quest: Quest) -> str:
        return str(quest.current.number) if quest.current else ""

    @admin.display(description="what it asks")
    def preview(self, quest: Quest) -> SafeString | str:
        if quest.current_id is None:
            return ""
        if not quest.is_room:
            return preview_of_form(quest)
        return render_to_string("admin/rooms/quest_preview.html", {"content": content_of(quest.current_id)})

    @admin.display(description="what was answered")
    def results(self, quest: Quest) -> SafeString:
        # A page asks several times for what a field shows, and means the same each time.
        kept: dict[str, Any] = quest.__dict__
        if "results_page" not in kept:
            kept["results_page"] = results_page(quest)
        shown: SafeString = kept["results_page"]
        return shown

    def save_model(self, request: HttpRequest, obj: Quest, form: Any, change: bool) -> None:
        place_quest(by=staff(request), quest_id=obj.pk, region=obj.region, position=obj.position, is_open=obj.is_open)

    @admin.action(description="Open the chosen quests", permissions=["act"])
    def open_quests(self, request: HttpRequest, queryset: QuerySet[Quest]) -> None:
        self._set_open(request, list(queryset), is_open=True)

    @admin.action(description="Close the chosen quests", permissions=["act"])
    def close_quests(self, request: HttpRequest, queryset: QuerySet[Quest]) -> HttpResponse | None:
        chosen = list(queryset)
        if asked := ask_first(self, request, CLOSING, chosen, action="close_quests"):
            return asked
        self._set_open(request, chosen, is_open=False)
        return None

    def _set_open(self, request: HttpRequest, quests: list[Quest], *, is_open: bool) -> None:
        for quest in quests:
            set_quest_open(by=staff(request), quest_id=quest.pk, is_open=is_open)
        self.message_user(request, f"{'Open' if is_open else 'Closed'}: {', '.join(map(str, quests))}.")

    @admin.action(description="Export as YAML", permissions=["act"])
    def export_quests(self, request: HttpRequest, queryset: QuerySet[Quest]) -> HttpResponse:
        return export_response(list(queryset.exclude(current=None)))

    @page_action("Export as YAML", path="export", icon="download")
    def export_quest(self, request: HttpRequest, object_id: str) -> HttpResponse:
        quest = self.get_object(request, object_id)
        if quest is None or quest.current_id is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        return export_response([quest])

    def has_answers_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """The buttons of a form or survey. Without a quest that they may see, the page itself says so."""
        quest = self.get_object(request, object_id) if object_id else None
        return self.has_act_permission(request) and (quest is None or not quest.is_room)

    @page_action("Answers as CSV", path="answers-csv", icon="table", permission="answers")
    def export_answers_csv(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._export_answers(request, object_id, "csv", csv_response)

    @page_action("Answers as JSON", path="answers-json", icon="data_object", permission="answers")
    def export_answers_json(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._export_answers(request, object_id, "json", json_response)

    def _export_answers(
        self, request: HttpRequest, object_id: str, format: str, written: Callable[[Quest, Answers], HttpResponse]
    ) -> HttpResponse:
        if request.method != "GET":
            # The console answers any method like a visit, and this one is journaled.
            return HttpResponseNotAllowed(["GET"])
        quest = self.get_object(request, object_id)
        if quest is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        return written(quest, export_answers(by=staff(request), quest_id=quest.pk, format=format))

    @page_action("Import a quest", path="import", icon="upload")
    def import_quest(self, request: HttpRequest) -> HttpResponse:
        answer = import_page(self, request)
        if isinstance(answer, Quest):
            return HttpResponseRedirect(reverse("admin:rooms_quest_change", args=[answer.pk]))
        return answer
