"""A quest as a YAML file: read with every problem at its line, and written."""

from pathlib import Path as FilePath
from typing import Any, cast

import yaml

from rooms.quest_files.checks import found_in
from rooms.quest_files.problems import Problem, QuestFileInvalid, written_path
from rooms.quest_files.spec import QuestSpec, to_dict
from rooms.quest_files.text import forbidden_with_lines, named, tidied, without_forbidden
from rooms.quest_files.yaml_nodes import read_nodes

MAX_BYTES = 256 * 1024
_TOO_LARGE = "is larger than 256 KB: a quest is a page or two of text"


def read_yaml(path: FilePath) -> QuestSpec:
    """The quest of a file; raises QuestFileInvalid also for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise QuestFileInvalid(path.name, [Problem(None, "", reason)]) from error
    return parse_bytes(content, filename=path.name)


def parse_bytes(content: bytes, *, filename: str) -> QuestSpec:
    """The quest of an upload; raises QuestFileInvalid."""
    if len(content) > MAX_BYTES:
        raise QuestFileInvalid(filename, [Problem(1, "", _TOO_LARGE)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reason = "is not UTF-8 text: save the file with the encoding UTF-8"
        raise QuestFileInvalid(filename, [Problem(line, "", reason)]) from error
    return parse_yaml(text, filename=filename)


def parse_yaml(text: str, *, filename: str) -> QuestSpec:
    """The quest of a text; raises QuestFileInvalid with every problem, ordered by line."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise QuestFileInvalid(filename, [Problem(1, "", _TOO_LARGE)])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    problems = [
        Problem(line, "", f"contains {named(character)}, which has no place in a quest")
        for line, character in forbidden_with_lines(text)
    ]
    # PyYAML stops at the first such character; without them it goes on to what else is wrong.
    reading = read_nodes(without_forbidden(text))
    problems += reading.problems
    data = tidied(reading.data)
    if data is not None or not problems:
        problems += [
            Problem(reading.line_of(at), written_path(at), message)
            for at, message in found_in(data)
            if at not in reading.refused
        ]
    if problems:
        raise QuestFileInvalid(filename, problems)
    return QuestSpec.trusted(cast("dict[str, Any]", data))


def dump_yaml(spec: QuestSpec) -> str:
    """The file of a quest: `parse_yaml` reads back an equal one."""
    return yaml.dump(to_dict(spec), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=100)


class _Writer(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indents the entries of a list under their key, as people write them."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:
        """An equal text that occurs twice is written twice; the reader takes no aliases."""
        return True


def _written_text(writer: _Writer, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Writer.add_representer(str, _written_text)
