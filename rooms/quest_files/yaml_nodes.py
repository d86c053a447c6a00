"""YAML to plain values that remember their lines. Accepts the plain part of YAML: no anchors, no tags."""

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

import yaml
from yaml import Node, SafeLoader
from yaml.events import AliasEvent

from rooms.quest_files.problems import Path, Problem, quoted_key, written_path

MAX_DEPTH = 10

_CORE = "tag:yaml.org,2002:"
_Mark = Any  # yaml marks are untyped


@dataclass
class Reading:
    """`lines` holds the line of every key and list entry by its path, `refused` the paths of aliases."""

    data: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)

    def line_of(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it where the path itself was not written."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_nodes(text: str) -> Reading:
    reading = Reading()
    loader = _PlainLoader(text, reading.problems)
    try:
        node = loader.get_single_node()
        if node is None:
            reading.problems.append(Problem(1, "", "is empty: there is no quest in it"))
        else:
            reading.lines[()] = _line(node.start_mark)
            reading.data = _value(node, (), reading)
    except _DepthError as error:
        reading.problems.append(Problem(error.line, "", f"is nested more than {MAX_DEPTH} levels deep"))
    except yaml.MarkedYAMLError as error:
        reading.problems.append(Problem(_error_line(error), "", f"is not valid YAML: {_reason(error)}"))
    except (ValueError, OverflowError):
        # PyYAML hands the digits of an escape or of a version to chr() and int() unchecked.
        reading.problems.append(Problem(loader.line + 1, "", "is not valid YAML: a number is out of range"))
    finally:
        loader.dispose()
    return reading


class _DepthError(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _PlainLoader(SafeLoader):
    """Composes nodes and notes, instead of obeying, what a quest has no use for.

    An alias repeats what it names: a file of one kilobyte could become gigabytes. A tag asks for a type.
    """

    # Of YAML's types only these are left, so that `No`, `12:30` and dates stay the words they are. Each
    # pattern is narrower than PyYAML's own: what it writes unquoted is then read back as the same text.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]

    def __init__(self, text: str, problems: list[Problem]) -> None:
        super().__init__(text)
        self.problems = problems
        self.depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if self.check_event(AliasEvent):
            self._refuse(event, f"uses the alias *{quoted_key(str(event.anchor))}: write the text out again")
            self.get_event()  # type: ignore[no-untyped-call]
            return _Refused(_CORE + "null", "", event.start_mark, event.end_mark)
        if event.anchor:
            self._refuse(event, f"uses the anchor &{quoted_key(str(event.anchor))}: quests have no anchors")
            event.anchor = None
        if event.tag:
            self._refuse(event, f"uses the tag {quoted_key(str(event.tag))}: quests have no tags")
            event.tag = None
        return self._one_deeper(parent, index, event.start_mark)

    def _one_deeper(self, parent: Node | None, index: Any, mark: _Mark) -> Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _DepthError(_line(mark))
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refuse(self, event: Any, message: str) -> None:
        self.problems.append(Problem(_line(event.start_mark), "", message))


for _kind, _pattern, _first in (
    ("int", r"[-+]?(?:0|[1-9][0-9]{0,17})", [*"-+0123456789"]),
    ("float", r"[-+]?[0-9]{1,18}\.[0-9]{0,18}", [*"-+0123456789"]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _PlainLoader.add_implicit_resolver(_CORE + _kind, re.compile(f"(?:{_pattern})\\Z"), _first)


class _Refused(yaml.ScalarNode):
    """Stands where an alias stood."""


def _value(node: Node, path: Path, reading: Reading) -> object:
    if isinstance(node, _Refused):
        reading.refused.add(path)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, reading)
    if isinstance(node, yaml.SequenceNode):
        return _sequence(node, path, reading)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, reading: Reading) -> dict[str, object]:
    values: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = _line(key_node.start_mark)
        if isinstance(key_node, _Refused):
            continue
        if not isinstance(key_node, yaml.ScalarNode):
            message = "has a key that is a list or a block: put text with brackets or braces in quotes"
            reading.problems.append(Problem(line, written_path(path), message))
            continue
        key = str(key_node.value)
        if key in values:
            first = reading.lines[*path, key]
            message = f"is written twice, first on line {first}"
            reading.problems.append(Problem(line, written_path((*path, key)), message))
            continue
        reading.lines[*path, key] = line
        values[key] = _value(value_node, (*path, key), reading)
    return values


def _sequence(node: yaml.SequenceNode, path: Path, reading: Reading) -> list[object]:
    values: list[object] = []
    for index, item in enumerate(node.value):
        reading.lines[*path, index] = _line(item.start_mark)
        values.append(_value(item, (*path, index), reading))
    return values


def _scalar(node: Node) -> object:
    kind = node.tag.rpartition(":")[2]
    if kind == "int":
        return int(node.value)
    if kind == "float":
        return float(node.value)
    if kind == "bool":
        return str(node.value).lower() == "true"
    return None if kind == "null" else node.value


def _line(mark: _Mark) -> int:
    return int(mark.line) + 1


def _error_line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return _line(mark) if mark else 1


def _reason(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem)
    if "mapping values are not allowed" in problem:
        return "a text with a colon and a space in it needs quotes around it"
    if "'\\t'" in problem:
        return "a tab cannot start a line or a value; indent with spaces"
    if "but found another document" in problem:
        return "a file holds one quest, but a second document starts here"
    if error.context:
        return f"{error.context}, {problem}"
    return problem
