"""The rules of a quest: those of schema.json in plain words, and those that a schema cannot say."""

import json
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path as FilePath
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.validators import extend

from rooms.quest_files.form_checks import form_relations
from rooms.quest_files.form_spec import FORM_KINDS
from rooms.quest_files.problems import Path, Problem, QuestFileInvalid, quoted_key, shortened, written_path
from rooms.quest_files.spec import QuestSpec
from rooms.quest_files.text import blank, forbidden, named, tidied

Found = tuple[Path, str]
Explain = Callable[[Path, Any], Iterator[Found]]  # of a ValidationError, whose parts have no types

_SUGGESTIONS = 20
_KINDS = ("decision_room", *FORM_KINDS)
_TYPES = {
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a block of keys",
}


def from_dict(data: object, *, filename: str = "quest") -> QuestSpec:
    """A checked quest; raises QuestFileInvalid with every problem, whose lines are None."""
    tidy = tidied(data)
    problems = [Problem(None, written_path(path), message) for path, message in found_in(tidy)]
    if problems:
        raise QuestFileInvalid(filename, problems)
    return QuestSpec.trusted(cast("dict[str, Any]", tidy))


def found_in(data: object) -> list[Found]:
    """Everything wrong with a tidied quest. A text that a person cannot read is reported as that only."""
    unreadable = list(_texts(data, ()))
    places = {path for path, _ in unreadable}
    kind = data.get("kind", "decision_room") if isinstance(data, dict) else "decision_room"
    if kind not in _KINDS:
        # Which other keys belong there depends on it.
        return unreadable if ("kind",) in places else [*unreadable, (("kind",), _one_of(kind, _KINDS))]
    broken = [found for error in _validator(kind in FORM_KINDS).iter_errors(data) for found in _explained(error)]
    return unreadable + [found for found in broken if found[0] not in places] + list(_relations(data))


@cache
def _validator(is_form: bool) -> Draft202012Validator:
    name = "form.schema.json" if is_form else "schema.json"
    schema = json.loads(FilePath(__file__).with_name(name).read_text(encoding="utf-8"))
    # The standard counts 3.0 as an integer; a team of 3.0 would then be stored as a float.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
    checked: type[Draft202012Validator] = extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
    return checked(schema)


def _texts(data: object, path: Path) -> Iterator[Found]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))
    elif isinstance(data, str):
        if blank(data):
            yield path, "is blank: write a text, or leave the key out where it is optional"
        elif character := forbidden(data):
            yield path, f"contains {named(character)}, which cannot be shown"


def _explained(error: Any) -> Iterator[Found]:
    path = tuple(error.absolute_path)
    explain = _EXPLANATIONS.get(str(error.validator))
    if explain is None:
        yield path, error.message
    else:
        yield from explain(path, error)


def _missing(path: Path, error: Any) -> Iterator[Found]:
    # jsonschema reports each missing key by itself but names it only inside its sentence.
    instance = error.instance
    missing = [key for key in error.validator_value if key not in instance]
    for key in missing:
        if error.message.startswith(repr(key)):
            yield (*path, key), "is missing"


def _unknown(path: Path, error: Any) -> Iterator[Found]:
    known = list(error.schema["properties"])
    instance = error.instance
    unknown = [key for key in instance if key not in known]
    for index, key in enumerate(unknown):
        close = get_close_matches(key.lower()[:60], known, n=1) if index < _SUGGESTIONS else []
        yield (*path, key), "is not a known key" + (f"; did you mean {close[0]}?" if close else "")


def _wrong_type(path: Path, error: Any) -> Iterator[Found]:
    wanted = _TYPES[error.validator_value]
    value = error.instance
    if value is None:
        yield path, f"has no value: it must be {wanted}"
    elif wanted == "text" and isinstance(value, bool | int | float):
        yield path, f"must be text: put it in quotes, as in {shortened(str(value).lower())}"
    else:
        yield path, f"must be {wanted}, not {_kind(value)}"


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a block of keys"


def _pattern(path: Path, _: Any) -> Iterator[Found]:
    if path == ("slug",):
        yield path, "may hold only small letters a-z, digits and single hyphens between them"
    elif path[-1] == "key":
        yield path, "may hold only small letters a-z, digits and underscores, and begins with a letter"
    else:
        yield path, "must be one line"


def _choice(path: Path, error: Any) -> Iterator[Found]:
    yield path, _one_of(error.instance, error.validator_value)


def _one_of(value: object, choices: Sequence[str]) -> str:
    close = get_close_matches(value.lower()[:60], choices, n=1) if isinstance(value, str) else []
    return f"must be one of {', '.join(choices)}" + (f"; did you mean {close[0]}?" if close else "")


def _sentence(words: Callable[[Any, Any], str]) -> Explain:
    def explain(path: Path, error: Any) -> Iterator[Found]:
        yield path, words(error.instance, error.validator_value)

    return explain


_EXPLANATIONS: dict[str, Explain] = {
    "required": _missing,
    "additionalProperties": _unknown,
    "type": _wrong_type,
    "pattern": _pattern,
    "enum": _choice,
    "const": _sentence(lambda _, wanted: f"must be {wanted}, the only format this version reads"),
    "minLength": _sentence(lambda _, limit: f"is too short: at least {limit} characters"),
    "maxLength": _sentence(lambda text, limit: f"has {len(text)} characters: at most {limit} are allowed"),
    "minimum": _sentence(lambda value, limit: f"is {value}: at least {limit}"),
    "maximum": _sentence(lambda value, limit: f"is {value}: at most {limit}"),
    "minItems": _sentence(lambda items, limit: f"has {len(items)} entries: at least {limit} are needed"),
    "maxItems": _sentence(lambda items, limit: f"has {len(items)} entries: at most {limit} are allowed"),
}


def _relations(data: object) -> Iterator[Found]:
    if not isinstance(data, dict):
        return
    if data.get("kind") in FORM_KINDS:
        yield from form_relations(data.get("fields"))
        return
    yield from _team_in_order(data.get("team"))
    decisions = data.get("decisions")
    for index, decision in enumerate(decisions if isinstance(decisions, list) else ()):
        if isinstance(decision, dict):
            for position, message in _repeated_titles(decision.get("options")):
                yield ("decisions", index, "options", position, "title"), message


def _team_in_order(team: object) -> Iterator[Found]:
    if not isinstance(team, dict):
        return
    for lower, upper in (("min", "size"), ("size", "max"), ("min", "max")):
        low, high = team.get(lower), team.get(upper)
        if type(low) is int and type(high) is int and low > high:
            yield ("team", lower), f"is {low} and so greater than {quoted_key(upper)}, which is {high}"


def _repeated_titles(options: object) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for position, option in enumerate(options if isinstance(options, list) else ()):
        title = option.get("title") if isinstance(option, dict) else None
        if not isinstance(title, str) or blank(title):
            continue
        alike = unicodedata.normalize("NFKC", title).casefold()
        if alike in first:
            yield position, f"repeats the title of options[{first[alike]}]"
        first.setdefault(alike, position)
