"""A form's questions as the page shows them, and what its browser sends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from rooms.models import FormField
from rooms.quest_files.form_spec import plain
from rooms.selectors.forms import FieldContent, FormContent

# Keeps a form's own names apart from the page's.
PREFIX = "answer-"
NUMBER = re.compile(r"[-+]?[0-9]{1,13}([.,][0-9]{0,12})?")
# Choices of up to so many characters stand side by side; more than MOST_SHOWN fold into a list.
SHORT, MOST_SHOWN = 24, 8


@dataclass(frozen=True, slots=True)
class FieldRow:
    field: FieldContent
    value: Any
    errors: list[str]

    @property
    def name(self) -> str:
        return PREFIX + self.field.key

    @property
    def template(self) -> str:
        return f"rooms/fields/{self.field.type}.html"

    @property
    def chosen(self) -> list[str]:
        return self.value if isinstance(self.value, list) else [self.value or ""]

    @property
    def is_short(self) -> bool:
        return all(len(choice) <= SHORT for choice in self.field.choices)

    @property
    def is_long_list(self) -> bool:
        return len(self.field.choices) > MOST_SHOWN

    @property
    def hint(self) -> str:
        """What is allowed, where the kind of field does not show it."""
        low, high = self.field.minimum, self.field.maximum
        if low is not None and high is not None:
            return f"From {plain(low):,} to {plain(high):,}."
        if low is not None:
            return f"At least {plain(low):,}."
        if high is not None:
            return f"At most {plain(high):,}."
        return "Choose as many as you like." if self.field.type == FormField.Type.SEVERAL else ""

    @property
    def described_by(self) -> str:
        parts = [("hint", bool(self.field.help or self.hint)), ("error", bool(self.errors))]
        return " ".join(f"{self.name}-{part}" for part, is_there in parts if is_there)


def rows_of(form: FormContent, answers: Mapping[str, Any], errors: Mapping[str, list[str]]) -> list[FieldRow]:
    return [FieldRow(field, answers.get(field.key), errors.get(field.key, [])) for field in form.fields]


def sent(form: FormContent, posted: QueryDict) -> dict[str, object]:
    """The answers of a posted page by field key; whether they are right is the service's to say."""
    kinds = {field.key: field.type for field in form.fields}
    answers: dict[str, object] = {}
    for name in posted:
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX)
            answers[key] = _answer(kinds.get(key, ""), posted.getlist(name))
    return answers


def _answer(kind: str, texts: list[str]) -> object:
    # Browsers send a line's end as two characters; the limit counts it as one.
    said = [text.replace("\r\n", "\n") for text in texts]
    if kind == FormField.Type.SEVERAL:
        return [text for text in said if text]
    last = said[-1] if said else ""
    if kind == FormField.Type.NUMBER and NUMBER.fullmatch(last.strip()):
        return plain(float(last.strip().replace(",", ".")))
    return last


def shown_answer(answer: Any) -> list[str]:
    """An answer as lines of text."""
    return [str(each) for each in answer] if isinstance(answer, list) else [str(answer)]
