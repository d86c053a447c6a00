"""What is wrong with a quest, and where."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True)
class Problem:
    """`line` counts from 1; it is None for a quest that does not come from a file."""

    line: int | None
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path or 'the file'} {self.message}"


class QuestFileInvalid(Exception):
    """A quest that cannot be used, with everything that is wrong with it in the order of its lines."""

    def __init__(self, filename: str, problems: Iterable[Problem]) -> None:
        self.filename = filename
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__(filename, self.problems)

    def __str__(self) -> str:
        return "\n".join(self._located(problem) for problem in self.problems)

    def _located(self, problem: Problem) -> str:
        place = self.filename if problem.line is None else f"{self.filename}:{problem.line}"
        return f"{place}: {problem}"


def written_path(path: Sequence[str | int]) -> str:
    """`decisions[0].title`; a key that is no plain word is quoted, so that it cannot forge another line."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{quoted_key(part)}" if text else quoted_key(part)
    return text


def quoted_key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else shortened(key)


def shortened(value: str) -> str:
    return json.dumps(value if len(value) <= 40 else value[:39] + "…", ensure_ascii=not value.isprintable())
