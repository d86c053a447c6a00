"""The files that the rules look at, and what was found in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# From the ground up. What a package may name in a string follows from the same order as what it may import.
FRAME = ("api", "live", "audit", "outbox", "limits", "caches")
APPS = ("accounts", "events", "rooms", "matching", "voice", "badges", "monitoring")
LEVEL = {"accounts": 1, "events": 2, "rooms": 3, "matching": 4, "voice": 4, "badges": 5, "monitoring": 6}
COMPOSITION = 99

PACKAGES = ("echoroom", "rooms", "matching", "voice", "badges", "monitoring")
OTHERS = ("tests", "deploy", "bench", "bin")
NOT_OURS = {"migrations", "vendor", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Source:
    """One file: its path inside the repository, its text and, of Python, its tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).with_suffix("").parts

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    @property
    def is_test(self) -> bool:
        return "tests" in self.parts or self.parts[-1] == "conftest"

    @property
    def app(self) -> str:
        """The app or part of the frame: `rooms`, `events`, `outbox`; "" for the composition."""
        package = self.parts[1:] if self.parts[0] == "echoroom" else self.parts
        return package[0] if package[0] in {*FRAME, *APPS} else ""

    @property
    def role(self) -> str:
        """Which file of the app's anatomy it is, or is a part of: `services` for services/voting.py."""
        inside = self.parts[2:] if self.parts[0] == "echoroom" else self.parts[1:]
        return inside[0] if self.app and inside else ""

    @property
    def level(self) -> int:
        if self.app:
            return LEVEL.get(self.app, 0)
        return COMPOSITION

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def at(self, line: int, what: str) -> str:
        return f"{self.path}:{line} {what}"


def sources(*suffixes: str, packages: tuple[str, ...] = PACKAGES) -> list[Source]:
    """Our own files with one of the suffixes; migrations are generated and vendored files are others'."""
    paths = (
        path
        for package in packages
        for path in sorted((ROOT / package).rglob("*"))
        if path.suffix in suffixes and not NOT_OURS & set(path.parts)
    )
    return [Source(str(path.relative_to(ROOT)), path.read_text()) for path in paths]
