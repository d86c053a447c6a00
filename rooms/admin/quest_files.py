"""Quests come in and go out as YAML files."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from echoroom.accounts.admin.base import staff
from echoroom.events.admin.scoping import only_event, visible_rows
from echoroom.events.models import Event
from echoroom.refusals import Refusal
from rooms.models import Quest
from rooms.quest_files import QuestFileInvalid, QuestSpec, dump_yaml, parse_bytes, parse_yaml
from rooms.quest_files.yaml_files import MAX_BYTES
from rooms.selectors.quest_export import spec_of
from rooms.services.quests import import_quest

PASTED = "the text"


class ImportForm(forms.Form):
    event = forms.ModelChoiceField(Event.objects.none(), widget=UnfoldAdminSelectWidget)
    file = forms.FileField(required=False, widget=UnfoldAdminFileFieldWidget, help_text="A .yaml file of one quest.")
    text = forms.CharField(
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 18, "spellcheck": "false"}),
        help_text="Or the file's text itself.",
    )

    def __init__(self, *args: Any, events: QuerySet[Event], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = events  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.cleaned_data.get("file") and not self.cleaned_data.get("text", "").strip() and not self.errors:
            self.add_error("file", "Choose a file or paste its text.")
        return cleaned

    def spec(self) -> QuestSpec:
        if file := self.cleaned_data["file"]:
            return parse_bytes(file.read(MAX_BYTES + 1), filename=file.name)
        return parse_yaml(self.cleaned_data["text"], filename=PASTED)


def import_page(model_admin: Any, request: HttpRequest) -> HttpResponse | Quest:
    """The form, again with every problem and its line, or the quest. Nothing is written unless all of it is right."""
    events = visible_rows(model_admin.admin_site, Event, request)
    first = {"event": only_event(events, request.GET.get("event"))}
    form = ImportForm(request.POST or None, request.FILES or None, events=events, initial=first)
    trouble: dict[str, Any] = {}
    if form.is_valid():
        try:
            quest = import_quest(by=staff(request), event=form.cleaned_data["event"], spec=form.spec())
        except QuestFileInvalid as invalid:
            # One thing to mend has one line to look at; the file is chosen anew, pasted text stays.
            trouble = {"problems": invalid.problems, "problems_title": f"Nothing was imported: mend {invalid.filename}"}
        except Refusal as refusal:
            trouble = {"problems": [refusal.detail], "problems_title": f"Nothing was imported: {refusal.title.lower()}"}
        else:
            assert quest.current is not None
            model_admin.message_user(request, f"Imported “{quest}”, version {quest.current.number}.")
            return quest
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "Import a quest",
        "sentence": "A decision room, a form or a survey. One that the event has already gets a new version, and rooms "
        "and answers keep the old one.",
        "form": form,
        "button": "Import",
        **trouble,
    }
    return TemplateResponse(request, "admin/console/form.html", context)


def export_response(quests: list[Quest]) -> HttpResponse:
    """One quest as its YAML file, several as a ZIP of them."""
    files = {f"{quest.slug}.yaml": dump_yaml(spec_of(quest)) for quest in quests}
    if len(files) == 1 == len(quests):
        ((name, content),) = files.items()
        return download(content.encode(), name, "application/yaml; charset=utf-8")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for quest in quests:
            # Two events may have a quest of the same name.
            made.writestr(f"{quest.event_id}/{quest.slug}.yaml", dump_yaml(spec_of(quest)))
    return download(archive.getvalue(), "quests.zip", "application/zip")


def download(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, which nobody on the way keeps."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=kind, headers=disposition)
