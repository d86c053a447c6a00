"""Who comes: the rows of an attribute file, or a made-up event."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from matching.groups import group_of


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody stated; empty for what they did not."""

    country: str = ""
    organisation: str = ""
    occupation: str = ""
    skill: str = ""
    languages: tuple[str, ...] = ()
    gender: str = ""
    interests: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        return group_of(self.languages, 1)


COLUMNS = tuple(field.name for field in fields(Profile))
LISTS = ("languages", "interests")
LONGEST = 120


class AttributesInvalid(ValueError):
    """What is wrong with an attribute file, with its name and line."""


def read_attributes(path: Path) -> list[Profile]:
    """The profiles of a CSV file with the columns of `Profile`, in any order; several values stand with ";" between.

    A column that is missing and a cell that is empty mean that nobody, or this person, stated it. Raises
    `AttributesInvalid` for anything that cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, strict=True)
            return _profiles(path, rows)
    except OSError as error:
        raise AttributesInvalid(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise AttributesInvalid(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from error


def _profiles(path: Path, rows: csv._reader) -> list[Profile]:  # type: ignore[name-defined]
    try:
        header = _header(path, next(rows, []))
        profiles = [_profile(path, rows.line_num, header, cells) for cells in rows if any(c.strip() for c in cells)]
    except csv.Error as error:
        raise AttributesInvalid(f"{path}:{rows.line_num}: {error}") from error
    if not profiles:
        raise AttributesInvalid(f"{path}:{rows.line_num + 1}: no row of a person follows the header")
    return profiles


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    wrong = sorted(set(header) - set(COLUMNS))
    if not header or wrong:
        raise AttributesInvalid(
            f"{path}:1: unknown columns {', '.join(wrong) or '(none)'}; known: {', '.join(COLUMNS)}"
        )
    if twice := [name for name, number in Counter(header).items() if number > 1]:
        raise AttributesInvalid(f"{path}:1: {twice[0]} stands there twice")
    return header


def _profile(path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> Profile:
    if len(cells) != len(header):
        raise AttributesInvalid(f"{path}:{line}: {len(cells)} cells under {len(header)} columns")
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    if too_long := next((name for name, value in values.items() if len(value) > LONGEST), None):
        raise AttributesInvalid(f"{path}:{line}: {too_long} has over {LONGEST} characters")
    lists = {name: _several(values.pop(name, "")) for name in LISTS}
    return Profile(**values, **lists)  # type: ignore[arg-type]


def _several(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in cell.split(";") if word.strip()))


def made_up(number: int, rng: np.random.Generator) -> list[Profile]:
    """People of an event that does not exist: half of them speak English only, one in ten French only, and so on."""

    def some(values: Sequence[str], shares: Sequence[float]) -> list[str]:
        return [str(value) for value in rng.choice(values, number, p=shares)]

    topics = ["housing", "energy", "schools", "health", "parks", "traffic", "water", "culture"]
    spoken = some(["en", "en;fr", "de;en", "fr", "de", ""], [0.5, 0.16, 0.12, 0.1, 0.06, 0.06])
    columns = zip(
        some(["DE", "FR", "GB", "NL", "US", ""], [0.25, 0.2, 0.25, 0.1, 0.1, 0.1]),
        some([f"Organisation {letter}" for letter in "ABCDEFGH"], [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]),
        some(["nurse", "teacher", "engineer", "student", "planner", ""], [0.15, 0.2, 0.25, 0.2, 0.15, 0.05]),
        some(["newcomer", "practised", "expert", ""], [0.35, 0.4, 0.2, 0.05]),
        map(_several, spoken),
        some(["woman", "man", "non_binary", ""], [0.42, 0.44, 0.04, 0.1]),
        strict=True,
    )
    return [
        Profile(country, organisation, occupation, skill, languages, gender, _two(topics, rng))
        for country, organisation, occupation, skill, languages, gender in columns
    ]


def _two(topics: Sequence[str], rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(str(topic) for topic in rng.choice(topics, 2, replace=False))


def drawn(profiles: Sequence[Profile], floods: Sequence[bool], rng: np.random.Generator) -> list[Profile]:
    """One profile for each arrival: each row once in random order, then again; who floods is of the largest group."""
    largest = Counter(profile.group for profile in profiles).most_common(1)[0][0]
    flood = [profile for profile in profiles if profile.group == largest]
    order = [index for _ in range(len(floods) // len(profiles) + 1) for index in rng.permutation(len(profiles))]
    return [
        flood[int(rng.integers(len(flood)))] if is_flood else profiles[order[number]]
        for number, is_flood in enumerate(floods)
    ]
