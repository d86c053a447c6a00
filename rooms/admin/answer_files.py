"""Answers go out as a table for spreadsheets and as JSON."""

from __future__ import annotations

import csv
import io
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.http import HttpResponse

from rooms.admin.quest_files import download
from rooms.models import Quest
from rooms.selectors.forms import FieldContent
from rooms.selectors.results import Answers, Sheet

# A cell that begins with one of these would be run as a formula.
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def csv_response(quest: Quest, answers: Answers) -> HttpResponse:
    """UTF-8 with a byte order mark, without which Excel takes it for another encoding."""
    file = io.StringIO(newline="")
    # Quoted: a spreadsheet that splits at semicolons must not find the beginning of a cell within a text.
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
    columns = _columns(answers)
    head = ["Version", *([] if _is_survey(quest) else ["Name", "Answered"])]
    writer.writerow([cell(text) for text in [*head, *(field.label for field in columns)]])
    for sheet in answers.sheets:
        writer.writerow([*_row_head(quest, sheet), *(cell(sheet.answers.get(field.key)) for field in columns)])
    return download(file.getvalue().encode("utf-8-sig"), f"{quest.slug}-answers.csv", "text/csv; charset=utf-8")


def json_response(quest: Quest, answers: Answers) -> HttpResponse:
    document = {
        "quest": {"slug": quest.slug, "title": quest.title, "kind": quest.kind},
        "people": answers.people,
        "withheld": answers.withheld,
        "versions": [
            {"number": form.number, "fields": [field.shown() for field in form.fields]} for form in answers.forms
        ],
        "answers": [_entry(quest, sheet) for sheet in answers.sheets],
    }
    written = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return download(written, f"{quest.slug}-answers.json", "application/json")


def _columns(answers: Answers) -> list[FieldContent]:
    """Every field that any version asked, by key, as its newest version words it."""
    columns: dict[str, FieldContent] = {}
    for form in answers.forms:
        for field in form.fields:
            columns.setdefault(field.key, field)
    return list(columns.values())


def _is_survey(quest: Quest) -> bool:
    return quest.kind == Quest.Kind.SURVEY


def _row_head(quest: Quest, sheet: Sheet) -> list[object]:
    if _is_survey(quest):
        return [sheet.form.number]
    at = f"{sheet.answered_at.astimezone(_zone(quest)):%Y-%m-%d %H:%M}" if sheet.answered_at else ""
    return [sheet.form.number, cell(sheet.name), at]


def _zone(quest: Quest) -> ZoneInfo:
    return quest.event.zone


def cell(said: Any) -> object:
    """Numbers stay numbers; whatever a person wrote is text, also for a spreadsheet."""
    if said is None or isinstance(said, int | float):
        return "" if said is None else said
    text = " | ".join(said) if isinstance(said, list) else str(said)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _entry(quest: Quest, sheet: Sheet) -> dict[str, Any]:
    entry: dict[str, Any] = {"version": sheet.form.number, "answers": sheet.answers}
    if not _is_survey(quest):
        entry |= {"participant": sheet.person, "name": sheet.name, "answered_at": sheet.answered_at}
    return entry
