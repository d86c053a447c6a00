"""The rules of a form that a schema cannot say: what belongs to which type of question, and what may not repeat."""

import unicodedata
from collections.abc import Iterator

from rooms.quest_files.form_spec import LENGTHS
from rooms.quest_files.problems import Path, quoted_key
from rooms.quest_files.text import blank

_BELONGS = {
    "choices": ("select", "several"),
    "min": ("number",),
    "max": ("number",),
    "max_length": tuple(LENGTHS),
}
_MOST_DECIMALS = 4


def form_relations(fields: object) -> Iterator[tuple[Path, str]]:
    first: dict[str, int] = {}
    for index, field in enumerate(fields if isinstance(fields, list) else ()):
        if not isinstance(field, dict):
            continue
        for path, message in (*_belonging(field), *_range(field), *_repeated_choices(field.get("choices"))):
            yield ("fields", index, *path), message
        key = field.get("key")
        if isinstance(key, str):
            if key in first:
                yield ("fields", index, "key"), f"repeats the key of fields[{first[key]}]"
            first.setdefault(key, index)


def _belonging(field: dict[str, object]) -> Iterator[tuple[Path, str]]:
    kind = field.get("type")
    for key, types in _BELONGS.items():
        if key in field and isinstance(kind, str) and kind not in types:
            yield (key,), f"is only for fields of type {' or '.join(types)}"
    if kind in _BELONGS["choices"] and "choices" not in field:
        yield ("choices",), f"is missing: a field of type {kind} needs at least two"


def _range(field: dict[str, object]) -> Iterator[tuple[Path, str]]:
    low, high = field.get("min"), field.get("max")
    for key, value in (("min", low), ("max", high)):
        if isinstance(value, float) and round(value, _MOST_DECIMALS) != value:
            yield (key,), f"has more than {_MOST_DECIMALS} digits after the point"
    if type(low) in (int, float) and type(high) in (int, float) and low > high:  # type: ignore[operator]
        yield ("min",), f"is {low} and so greater than {quoted_key('max')}, which is {high}"


def _repeated_choices(choices: object) -> Iterator[tuple[Path, str]]:
    first: dict[str, int] = {}
    for index, choice in enumerate(choices if isinstance(choices, list) else ()):
        if not isinstance(choice, str) or blank(choice):
            continue
        alike = unicodedata.normalize("NFKC", choice).casefold()
        if alike in first:
            yield ("choices", index), f"repeats choices[{first[alike]}]"
        first.setdefault(alike, index)
