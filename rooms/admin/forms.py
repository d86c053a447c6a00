"""What was answered. Of a survey nobody sees here which sheet came from whom, nor when somebody answered."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from echoroom.events.admin.scoping import ScopedAdmin, ScopedChoices
from rooms.admin.history import ContentAdmin
from rooms.models import AnswerSheet, FormField, Quest, Response
from rooms.models.forms import GROUP
from rooms.pages.form_rows import shown_answer
from rooms.selectors.forms import form_of
from rooms.selectors.results import answers_to, results_of


@admin.register(FormField)
class FormFieldAdmin(ContentAdmin):
    event_path = "version__quest__event"
    list_display = ["__str__", "key", "type", "required", "version"]
    list_select_related = ["version"]
    list_filter = ["type", ("version__quest__event", ScopedChoices)]
    search_fields = ["label", "key"]
    fields = [
        "version", "number", "key", "label", "help", "type", "required", "choices", "minimum", "maximum", "max_length",
    ]  # fmt: skip
    ordering = ["-pk"]


class AnswersAdmin(ScopedAdmin):
    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return list(self.fields or [])


@admin.register(Response)
class ResponseAdmin(AnswersAdmin):
    """Who has answered. When is told to the day: a survey's results may have been looked at in between."""

    event_path = "quest__event"
    list_display = ["participant", "quest", "kind", "day"]
    list_select_related = ["quest__event", "participant"]
    list_filter = ["quest__kind", ("quest__event", ScopedChoices), ("quest", ScopedChoices)]
    search_fields = ["participant__name"]
    search_help_text = "Part of a person's name"
    fields = ["participant", "quest", "kind", "day"]
    ordering = ["quest", "participant__name", "pk"]

    @admin.display(description="kind")
    def kind(self, response: Response) -> str:
        return response.quest.get_kind_display()

    @admin.display(description="answered on")
    def day(self, response: Response) -> str:
        return f"{response.answered_at.astimezone(response.quest.event.zone):%-d %B %Y}"


@admin.register(AnswerSheet)
class AnswerSheetAdmin(AnswersAdmin):
    """Sheets of people, by a random id. Those of a survey in complete groups only, like its results."""

    event_path = "version__quest__event"
    list_display = ["version", "kind", "who", "answered"]
    list_select_related = ["version__quest", "response__participant"]
    list_filter = [("version__quest__event", ScopedChoices), ("version__quest", ScopedChoices)]
    fields = ["version", "kind", "who", "said"]
    ordering = ["pk"]

    class Media:
        css = {"all": ["console/console.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnswerSheet]:
        sheets: Any = super().get_queryset(request)
        shown: QuerySet[AnswerSheet] = sheets.shown()
        return shown

    @admin.display(description="kind")
    def kind(self, sheet: AnswerSheet) -> str:
        return sheet.version.quest.get_kind_display()

    @admin.display(description="who")
    def who(self, sheet: AnswerSheet) -> str:
        return str(sheet.response.participant) if sheet.response else "without a name"

    @admin.display(description="questions answered")
    def answered(self, sheet: AnswerSheet) -> int:
        return len(sheet.answers)

    @admin.display(description="answers")
    def said(self, sheet: AnswerSheet) -> SafeString:
        fields = form_of(sheet.version_id).fields
        said = [(field, shown_answer(sheet.answers[field.key])) for field in fields if field.key in sheet.answers]
        return render_to_string("admin/rooms/answer_sheet.html", {"said": said})


def preview_of_form(quest: Quest) -> SafeString:
    assert quest.current_id is not None
    return render_to_string("admin/rooms/form_preview.html", {"form": form_of(quest.current_id)})


def results_page(quest: Quest) -> SafeString:
    answers = answers_to(quest)
    context = {"answers": answers, "versions": results_of(answers), "group": GROUP}
    return render_to_string("admin/rooms/form_results.html", context)
