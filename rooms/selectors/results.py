"""What the answers to a form or survey amount to, for its organisers. Bots are left out, and so is what would tell
which sheet of a survey came from whom: sheets whose group is not complete, and any order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import mean, median
from typing import Any
from uuid import UUID

from rooms.models import AnswerSheet, FormField, Quest, Response
from rooms.quest_files.form_spec import plain
from rooms.selectors.forms import FieldContent, FormContent, forms_of

# More texts than this are read in the export.
MOST_TEXTS = 100
# Not to be foreseen, unlike the default one.
_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Sheet:
    """`person`, `name` and `answered_at` are a form's; a survey has none of them."""

    form: FormContent
    answers: dict[str, Any]
    person: UUID | None = None
    name: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """All sheets that organisers may read: a form's by name, a survey's in an order of their own each time."""

    people: int
    withheld: int
    sheets: list[Sheet]

    @property
    def forms(self) -> list[FormContent]:
        """The versions that were answered, the newest first."""
        forms = {sheet.form.number: sheet.form for sheet in self.sheets}
        return [forms[number] for number in sorted(forms, reverse=True)]


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    # In percent of those who answered the question.
    share: int


@dataclass(frozen=True, slots=True)
class FieldResults:
    field: FieldContent
    answered: int
    bars: list[Bar]
    figures: list[tuple[str, str]]
    texts: list[str]
    more: int


@dataclass(frozen=True, slots=True)
class VersionResults:
    number: int
    sheets: int
    fields: list[FieldResults]


def answers_to(quest: Quest) -> Answers:
    """Three queries, and two more for versions that this process has not read."""
    people = Response.objects.of_people().filter(quest=quest).count()
    rows = list(
        AnswerSheet.objects.shown().filter(version__quest=quest).select_related("response__participant").order_by("id")
    )
    forms = forms_of({row.version_id for row in rows})
    sheets = [_sheet(row, forms[row.version_id]) for row in rows]
    if quest.kind == Quest.Kind.SURVEY:
        _chance.shuffle(sheets)
        written = AnswerSheet.objects.filter(version__quest=quest).count()
        return Answers(people, written - len(sheets), sheets)
    return Answers(people, 0, sorted(sheets, key=lambda sheet: (sheet.name.casefold(), str(sheet.person))))


def _sheet(row: AnswerSheet, form: FormContent) -> Sheet:
    response = row.response
    if response is None:
        return Sheet(form, row.answers)
    return Sheet(form, row.answers, response.participant_id, response.participant.name, response.answered_at)


def results_of(answers: Answers) -> list[VersionResults]:
    """A summary of each version that was answered: questions of another version may mean something else."""
    found = []
    for form in answers.forms:
        said = [sheet.answers for sheet in answers.sheets if sheet.form.number == form.number]
        fields = [
            _field_results(field, [each[field.key] for each in said if field.key in each]) for field in form.fields
        ]
        found.append(VersionResults(form.number, len(said), fields))
    return found


def _field_results(field: FieldContent, said: list[Any]) -> FieldResults:
    bars: list[Bar] = []
    figures: list[tuple[str, str]] = []
    texts: list[str] = []
    if field.type in FormField.CHOICES:
        counts = Counter(choice for each in said for choice in (each if isinstance(each, list) else [each]))
        bars = [_bar(choice, counts[choice], len(said)) for choice in field.choices]
    elif field.type == FormField.Type.DATE:
        bars = [_bar(day, count, len(said)) for day, count in sorted(Counter(said).items())]
    elif field.type == FormField.Type.NUMBER:
        figures = _figures(said)
    else:
        texts = said
    return FieldResults(field, len(said), bars, figures, texts[:MOST_TEXTS], max(0, len(texts) - MOST_TEXTS))


def _bar(label: str, count: int, answered: int) -> Bar:
    return Bar(label, count, round(100 * count / answered) if answered else 0)


def _figures(numbers: list[float]) -> list[tuple[str, str]]:
    if not numbers:
        return []
    told = {"Mean": mean(numbers), "Median": median(numbers), "Lowest": min(numbers), "Highest": max(numbers)}
    return [(name, f"{plain(round(value, 2)):,}") for name, value in told.items()]
