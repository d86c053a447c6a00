"""A Pol.is export as statements, the votes that count, and quests of three statements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rooms.quest_files.polis_tables import Ballot, PolisFileInvalid, read_ballots, read_comments, read_topic
from rooms.quest_files.spec import DecisionSpec, OptionSpec, QuestSpec
from rooms.quest_files.text import cut_at_word

__all__ = [
    "OPTION_KEYS",
    "PolisExport",
    "PolisFileInvalid",
    "Statement",
    "Tally",
    "players",
    "quests",
    "read_export",
    "statement_quest_spec",
    "tally",
]

AGREE, DISAGREE, PASS = 1, -1, 0
OPTION_KEYS: Mapping[int, str] = {AGREE: "A", DISAGREE: "B", PASS: "C"}

_QUESTION_LIMIT = 400
_OPTIONS = (
    OptionSpec(title="Agree", description="I agree with this statement."),
    OptionSpec(title="Disagree", description="I disagree with this statement."),
    OptionSpec(title="Pass", description="I neither agree nor disagree, or I am not sure."),
)


@dataclass(frozen=True)
class Tally:
    agrees: int
    disagrees: int
    passes: int

    @property
    def voters(self) -> int:
        return self.agrees + self.disagrees + self.passes


@dataclass(frozen=True)
class Statement:
    """`tally` counts the last votes of `votes.csv`; the other two are what `comments.csv` says."""

    id: int
    text: str
    tally: Tally
    listed_agrees: int
    listed_disagrees: int

    @property
    def counts_differ(self) -> bool:
        listed = (self.listed_agrees, self.listed_disagrees)
        return listed != (self.tally.agrees, self.tally.disagrees)


Quest = Sequence[Statement]


@dataclass(frozen=True)
class PolisExport:
    """`votes` holds the last vote (1 agree, -1 disagree, 0 pass) of a voter on a statement, both by id."""

    topic: str
    statements: tuple[Statement, ...]
    votes: Mapping[tuple[int, int], int]
    rows: int


def read_export(directory: Path) -> PolisExport:
    """Raises PolisFileInvalid, with the file and the line, for the first file that cannot be used."""
    topic = read_topic(directory / "summary.csv")
    comments = read_comments(directory / "comments.csv")
    ballots = read_ballots(directory / "votes.csv", {comment.id for comment in comments})
    votes = _last_votes(ballots)
    counts = Counter((statement, value) for (_, statement), value in votes.items())
    statements = tuple(
        Statement(comment.id, comment.text, _tally(comment.id, counts), comment.agrees, comment.disagrees)
        for comment in sorted(comments, key=lambda comment: comment.id)
    )
    return PolisExport(topic=topic, statements=statements, votes=votes, rows=len(ballots))


def quests(export: PolisExport, size: int = 3) -> list[tuple[Statement, ...]]:
    """Groups of `size`: most distinct voters first, ties by the lowest id. What is left over makes none."""
    ranked = sorted(export.statements, key=lambda statement: (-statement.tally.voters, statement.id))
    whole = len(ranked) - len(ranked) % size
    return [tuple(ranked[start : start + size]) for start in range(0, whole, size)]


def players(export: PolisExport, quest: Quest) -> list[int]:
    """The ids of those who voted on every statement of the quest, in ascending order."""
    first, *others = ({voter for voter, said in export.votes if said == statement.id} for statement in quest)
    return sorted(first.intersection(*others))


def tally(export: PolisExport, statement: Statement, voters: Iterable[int]) -> Tally:
    """The last votes of these voters on a statement; who did not vote on it is not counted."""
    cast = (export.votes.get((voter, statement.id)) for voter in set(voters))
    return _tally(statement.id, Counter((statement.id, value) for value in cast if value is not None))


def statement_quest_spec(
    export: PolisExport, number: int, statements: Quest, *, region: str = "Assembly Square"
) -> QuestSpec:
    """The quest in which a team votes on these statements; `number` counts the export's quests from 1."""
    part = f", part {number}"
    title = cut_at_word(export.topic, 80 - len(part)) + part
    return QuestSpec(
        slug=f"statements-{number:02d}",
        title=title,
        region=region,
        summary=cut_at_word(_summary(export, len(statements)), 400),
        team_min=2,
        team_size=3,
        team_max=4,
        rule="plurality",
        rounds=1,
        patience_seconds=5,
        decisions=tuple(_decision(statement) for statement in statements),
    )


def _summary(export: PolisExport, count: int) -> str:
    statements = "one statement" if count == 1 else f"{count} statements"
    topic = cut_at_word(export.topic, 200)
    return f"Agree, disagree or pass: {statements} from the public deliberation “{topic}”."


def _decision(statement: Statement) -> DecisionSpec:
    whole = len(statement.text) <= _QUESTION_LIMIT
    return DecisionSpec(
        title=cut_at_word(statement.text, 60),
        question=cut_at_word(statement.text, _QUESTION_LIMIT),
        context="" if whole else statement.text,
        options=_OPTIONS,
    )


def _last_votes(ballots: Iterable[Ballot]) -> dict[tuple[int, int], int]:
    """The latest timestamp counts; among equal ones the later row."""
    last: dict[tuple[int, int], Ballot] = {}
    for ballot in ballots:
        key = (ballot.voter, ballot.statement)
        if key not in last or ballot.timestamp >= last[key].timestamp:
            last[key] = ballot
    return {key: ballot.value for key, ballot in last.items()}


def _tally(statement: int, counts: Mapping[tuple[int, int], int]) -> Tally:
    agrees, disagrees, passes = (counts.get((statement, value), 0) for value in (AGREE, DISAGREE, PASS))
    return Tally(agrees, disagrees, passes)
