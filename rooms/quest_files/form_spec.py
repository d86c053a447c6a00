"""A question of a form or survey as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

FORM_KINDS = ("form", "survey")
FIELD_TYPES = ("text", "long_text", "select", "several", "date", "number")
# How long an answer may be, in characters, where the file does not say.
LENGTHS = {"text": 200, "long_text": 2000}
# What a file calls otherwise than the spec.
_NAMES = {"min": "minimum", "max": "maximum"}


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    key: str
    label: str
    type: str
    help: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None

    @classmethod
    def trusted(cls, data: Mapping[str, Any]) -> Self:
        """From what passed the schema."""
        named = {_NAMES.get(key, key): value for key, value in data.items()}
        length = data.get("max_length", LENGTHS.get(data["type"]))
        return cls(**{**named, "choices": tuple(data.get("choices", ())), "max_length": length})

    def to_dict(self) -> dict[str, Any]:
        """The field as a file writes it, without what it may leave out."""
        written: dict[str, Any] = {"key": self.key, "label": self.label, "type": self.type, "help": self.help}
        written |= {"required": self.required, "choices": list(self.choices)}
        if self.max_length != LENGTHS.get(self.type):
            written["max_length"] = self.max_length
        filled = {key: value for key, value in written.items() if value}
        range_ = {"min": self.minimum, "max": self.maximum}
        return filled | {key: plain(value) for key, value in range_.items() if value is not None}


def plain(number: float) -> int | float:
    """3 rather than 3.0."""
    return int(number) if number == int(number) else number
