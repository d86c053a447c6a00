"""What the people of an export are to do: who plays which quest, and what they vote there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rooms.quest_files.polis import (
    OPTION_KEYS,
    PolisExport,
    Statement,
    players,
    quests,
    statement_quest_spec,
    tally,
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One statement of a quest. `options` holds what each of its people voted last."""

    statement: Statement
    question: str
    options: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class Script:
    """One quest: `lines` in the order of its decisions, `people` by their id in the export."""

    number: int
    slug: str
    team_size: int
    lines: tuple[Line, ...]
    people: tuple[int, ...]


def scripts_of(export: PolisExport, *, count: int | None = None) -> list[Script]:
    """The export's quests, as `import_polis` numbers them."""
    return [_script(export, number, statements) for number, statements in enumerate(quests(export)[:count], start=1)]


def _script(export: PolisExport, number: int, statements: tuple[Statement, ...]) -> Script:
    spec = statement_quest_spec(export, number, statements)
    people = players(export, statements)
    lines = tuple(
        Line(
            statement=statement,
            question=decision.question,
            options={person: OPTION_KEYS[export.votes[person, statement.id]] for person in people},
        )
        for statement, decision in zip(statements, spec.decisions, strict=True)
    )
    return Script(number=number, slug=spec.slug, team_size=spec.team_size, lines=lines, people=tuple(people))


def recounted(export: PolisExport, statement: Statement, people: set[int]) -> dict[str, int]:
    """The last votes of these people on a statement, straight from `votes.csv`, by the option's key."""
    counted = tally(export, statement, people)
    return {OPTION_KEYS[1]: counted.agrees, OPTION_KEYS[-1]: counted.disagrees, OPTION_KEYS[0]: counted.passes}
