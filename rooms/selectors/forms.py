"""What a form's or a survey's version asks. Versions never change, so a process reads each once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from rooms.models import FormField, QuestVersion

# What an answer takes, in seconds: reading the question included.
SECONDS = {
    FormField.Type.TEXT: 20,
    FormField.Type.LONG_TEXT: 60,
    FormField.Type.SELECT: 10,
    FormField.Type.SEVERAL: 15,
    FormField.Type.DATE: 10,
    FormField.Type.NUMBER: 10,
}


@dataclass(frozen=True, slots=True)
class FieldContent:
    key: str
    label: str
    help: str
    type: str
    required: bool
    choices: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    max_length: int | None

    def shown(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class FormContent:
    version_id: UUID
    quest_id: UUID
    number: int
    title: str
    summary: str
    fields: tuple[FieldContent, ...]

    @property
    def minutes(self) -> int:
        """A rough time to answer, rounded up."""
        return -(-sum(SECONDS[FormField.Type(field.type)] for field in self.fields) // 60)


# Kept for ever, in the order of reading; a process that has read too many forgets the oldest.
_read: dict[UUID, FormContent] = {}
MOST_KEPT = 256


def form_of(version_id: UUID) -> FormContent:
    """All that a version asks; two queries the first time, none afterwards."""
    return _read.get(version_id) or forms_of([version_id])[version_id]


def forms_of(version_ids: Collection[UUID]) -> dict[UUID, FormContent]:
    """Several versions; two queries for all that this process has not read, none afterwards."""
    found = {pk: _read[pk] for pk in version_ids if pk in _read}
    if unread := set(version_ids) - set(found):
        fields = Prefetch("fields", FormField.objects.order_by("number"))
        for version in QuestVersion.objects.filter(pk__in=unread).prefetch_related(fields):
            found[version.pk] = _keep(_content(version))
    return found


def forget_forms() -> None:
    """Read everything anew; for tests."""
    _read.clear()


def _keep(content: FormContent) -> FormContent:
    while len(_read) >= MOST_KEPT:
        # Another thread may be at the same one.
        _read.pop(next(iter(list(_read))), None)
    _read[content.version_id] = content
    return content


def _content(version: QuestVersion) -> FormContent:
    return FormContent(
        version_id=version.pk,
        quest_id=version.quest_id,
        number=version.number,
        title=version.title,
        summary=version.summary,
        fields=tuple(_field(field) for field in version.fields.all()),
    )


def _field(field: FormField) -> FieldContent:
    return FieldContent(
        key=field.key,
        label=field.label,
        help=field.help,
        type=field.type,
        required=field.required,
        choices=tuple(field.choices),
        minimum=field.minimum,
        maximum=field.maximum,
        max_length=field.max_length,
    )
