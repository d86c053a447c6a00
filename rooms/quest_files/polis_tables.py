"""The CSV files of a Pol.is export, row by row, with the line of everything that is wrong."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rooms.quest_files.problems import Problem, QuestFileInvalid, shortened
from rooms.quest_files.text import blank, one_line

MOST_PROBLEMS = 100
_LONGEST_STATEMENT = 1200
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_COMMENT_COLUMNS = ("comment-id", "agrees", "disagrees", "comment-body")
_VOTE_COLUMNS = ("timestamp", "comment-id", "voter-id", "vote")


class PolisFileInvalid(QuestFileInvalid):
    """One file of an export, with what is wrong in it; of very many problems the first hundred."""


@dataclass(frozen=True)
class Comment:
    id: int
    text: str
    agrees: int
    disagrees: int


@dataclass(frozen=True)
class Ballot:
    timestamp: int
    voter: int
    statement: int
    value: int


class _RowError(Exception):
    def __init__(self, column: str, message: str) -> None:
        self.column = column
        self.message = message

    def at(self, line: int) -> Problem:
        return Problem(line, self.column, self.message)


def read_topic(path: Path) -> str:
    """The topic of `summary.csv`, whose rows are a name and a value."""
    values = {fields[0]: one_line(fields[1]) for _, fields in _records(path) if len(fields) > 1}
    topic = values.get("topic", "")
    if blank(topic):
        raise PolisFileInvalid(path.name, [Problem(1, "topic", "is missing: one row must name it")])
    return topic


def read_comments(path: Path) -> list[Comment]:
    comments: dict[int, Comment] = {}
    problems: list[Problem] = []
    for line, row in _rows(path, _COMMENT_COLUMNS, problems):
        try:
            comment = _comment(row)
        except _RowError as error:
            problems.append(error.at(line))
            continue
        if comment.id in comments:
            problems.append(Problem(line, "comment-id", f"{comment.id} has been used before"))
        comments[comment.id] = comment
    _raise_any(path, problems)
    return list(comments.values())


def read_ballots(path: Path, known: set[int]) -> list[Ballot]:
    """Every row of `votes.csv`, also those that a later vote replaces."""
    ballots: list[Ballot] = []
    problems: list[Problem] = []
    for line, row in _rows(path, _VOTE_COLUMNS, problems):
        try:
            ballots.append(_ballot(row, known))
        except _RowError as error:
            problems.append(error.at(line))
    _raise_any(path, problems)
    return ballots


def _comment(row: dict[str, str]) -> Comment:
    text = one_line(row["comment-body"])
    if blank(text):
        raise _RowError("comment-body", "is blank")
    if len(text) > _LONGEST_STATEMENT:
        raise _RowError("comment-body", f"has {len(text)} characters: at most {_LONGEST_STATEMENT} are allowed")
    return Comment(_integer(row, "comment-id"), text, _integer(row, "agrees"), _integer(row, "disagrees"))


def _ballot(row: dict[str, str], known: set[int]) -> Ballot:
    statement = _integer(row, "comment-id")
    if statement not in known:
        raise _RowError("comment-id", f"{statement} is not in comments.csv")
    value = _integer(row, "vote")
    if value not in (-1, 0, 1):
        raise _RowError("vote", f"is {value}: only 1 (agree), -1 (disagree) and 0 (pass) are known")
    return Ballot(_integer(row, "timestamp"), _integer(row, "voter-id"), statement, value)


def _integer(row: dict[str, str], column: str) -> int:
    if not _INTEGER.fullmatch(row[column]):
        raise _RowError(column, f"must be a whole number, not {shortened(row[column])}")
    return int(row[column])


def _rows(path: Path, columns: Iterable[str], problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    records = _records(path)
    _, header = next(records, (1, []))
    missing = [column for column in columns if column not in header]
    _raise_any(path, [Problem(1, column, "is missing among the columns") for column in missing])
    for line, fields in records:
        if len(fields) == len(header):
            yield line, dict(zip(header, fields, strict=True))
        else:
            problems.append(Problem(line, "the row", f"has {len(fields)} fields where the header has {len(header)}"))


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, with the line on which each starts: a quoted text can hold several."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    line = 1
    try:
        for fields in reader:
            if fields:
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        raise PolisFileInvalid(path.name, [Problem(line, "", f"is not valid CSV: {error}")]) from error


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        raise PolisFileInvalid(path.name, [Problem(None, "", reason)]) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolisFileInvalid(path.name, [Problem(line, "", "is not UTF-8 text")]) from error


def _raise_any(path: Path, problems: list[Problem]) -> None:
    if problems:
        raise PolisFileInvalid(path.name, problems[:MOST_PROBLEMS])
