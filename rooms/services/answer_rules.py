"""Whether answers are what their form asks for. Nothing of it is left to the browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rooms.errors import AnswersInvalid
from rooms.models import FormField
from rooms.quest_files.form_spec import plain
from rooms.quest_files.text import blank
from rooms.selectors.forms import FieldContent, FormContent

UNKNOWN = "This form asks no such question."
NEEDED = "This one needs an answer."
MOST_UNKNOWN = 20
LARGEST = 1e12
# `date.fromisoformat` also takes 20260501 and 2026-W18-5.
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _Wrong(Exception):
    """With the sentence that stands next to the field."""


def checked_answers(form: FormContent, *, answers: Mapping[str, object]) -> dict[str, Any]:
    """The answers by field key, in the form's order, without the empty ones.

    Texts are trimmed, choices put in the form's order. Raises `AnswersInvalid` with the sentences of all fields at
    once, by field key."""
    known = {field.key for field in form.fields}
    errors = {key[:64]: [UNKNOWN] for key in list(answers) if key not in known}
    errors = dict(list(errors.items())[:MOST_UNKNOWN])
    cleaned: dict[str, Any] = {}
    for field in form.fields:
        try:
            answer = _checked(field, answers.get(field.key))
        except _Wrong as wrong:
            errors[field.key] = [str(wrong)]
        else:
            if answer is not None:
                cleaned[field.key] = answer
    if errors:
        raise AnswersInvalid(errors=errors)
    return cleaned


def _checked(field: FieldContent, answer: object) -> Any:
    if answer is None or answer == [] or (isinstance(answer, str) and blank(answer)):
        if field.required:
            raise _Wrong(NEEDED)
        return None
    return _CHECKS[FormField.Type(field.type)](field, answer)


def _text(field: FieldContent, answer: object) -> str:
    text = _long_text(field, answer)
    if "\n" in text or "\r" in text:
        raise _Wrong("Write it on one line.")
    return text


def _long_text(field: FieldContent, answer: object) -> str:
    if not isinstance(answer, str):
        raise _Wrong("Answer with a text.")
    text = answer.replace("\r\n", "\n").strip()
    if "\0" in text:
        raise _Wrong("It holds a character that is no text.")
    if field.max_length is not None and len(text) > field.max_length:
        raise _Wrong(f"Keep it within {field.max_length:,} characters; it has {len(text):,}.")
    return text


def _select(field: FieldContent, answer: object) -> str:
    if not isinstance(answer, str) or answer not in field.choices:
        raise _Wrong("Choose one of the answers.")
    return answer


def _several(field: FieldContent, answer: object) -> list[str]:
    if not isinstance(answer, list) or any(not isinstance(each, str) for each in answer):
        raise _Wrong("Choose from the answers.")
    if set(answer) - set(field.choices):
        raise _Wrong("Choose from the answers; one of yours is not among them.")
    if len(set(answer)) != len(answer):
        raise _Wrong("Choose each answer once.")
    return [choice for choice in field.choices if choice in answer]


def _date(field: FieldContent, answer: object) -> str:
    if not isinstance(answer, str) or not DAY.fullmatch(answer.strip()):
        raise _Wrong("Write a date as year-month-day, for example 2026-05-01.")
    try:
        return date.fromisoformat(answer.strip()).isoformat()
    except ValueError as error:
        raise _Wrong("The calendar has no such day.") from error


def _number(field: FieldContent, answer: object) -> int | float:
    # A bool is an int to Python; of NaN the comparison is never true.
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not abs(answer) <= LARGEST:
        raise _Wrong("Answer with a number.")
    number = plain(answer)
    low, high = field.minimum, field.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise _Wrong(f"Choose a number {_range_words(field)}.")
    return number


def _range_words(field: FieldContent) -> str:
    """`from 0 to 10`, `of at least 1`, `of at most 5`, or nothing."""
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f"from {plain(low):,} to {plain(high):,}"
    if low is not None:
        return f"of at least {plain(low):,}"
    return f"of at most {plain(high):,}" if high is not None else ""


_CHECKS: dict[FormField.Type, Callable[[FieldContent, object], Any]] = {
    FormField.Type.TEXT: _text,
    FormField.Type.LONG_TEXT: _long_text,
    FormField.Type.SELECT: _select,
    FormField.Type.SEVERAL: _several,
    FormField.Type.DATE: _date,
    FormField.Type.NUMBER: _number,
}
