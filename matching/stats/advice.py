"""What an organiser could do about a queue, each with what speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.forecast.words import duration, in_words
from matching.stats.health import people

# Teams below which their sizes say nothing.
ENOUGH_TEAMS = 4
# So many whole teams' worth of people who wait are a crowd.
CROWD = 4
ALONE = 3


class Kind(StrEnum):
    RELEASE = "release"
    TICK = "tick"
    INVITE = "invite"
    OPEN_QUEST = "open_quest"
    LOWER_SIZE = "lower_size"


@dataclass(frozen=True, slots=True)
class Advice:
    """`text` says what to do, `evidence` why."""

    kind: Kind
    text: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Stranded:
    """A group of whom nobody else here speaks the language."""

    label: str
    people: int
    longest: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What speaks for one or the other; seconds, people and teams of the last hour.

    `joined` and `matched` are of the last ten minutes, `no_team` of the last fifteen. `team_sizes` are those of teams
    matched in the last hour.
    """

    waiting: int
    longest: float
    overdue: int
    unfitting: int
    minimum: int
    size: int
    patience: float
    joined: int
    matched: int
    no_team: int
    team_sizes: Sequence[int] = ()
    stranded: Sequence[Stranded] = ()
    held: float | None = None
    is_open: bool = True


def advice_for(facts: Facts) -> list[Advice]:
    """The most urgent first."""
    if not facts.is_open:
        return []
    if facts.held is not None:
        return _release(facts, facts.held)
    return [*_tick(facts), *_invite(facts), *_open_quest(facts), *_lower_size(facts)]


def _release(facts: Facts, held: float) -> list[Advice]:
    if not facts.waiting:
        return []
    waits = f"{people(facts.waiting).capitalize()} {'waits' if facts.waiting == 1 else 'wait'}"
    return [Advice(Kind.RELEASE, "Release the queue.", f"{waits}, and it has been held for {duration(int(held))}.")]


def _tick(facts: Facts) -> list[Advice]:
    fitting = facts.overdue - facts.unfitting
    if facts.waiting < facts.minimum or fitting <= 0:
        return []
    return [Advice(Kind.TICK, "Run a tick now.", f"{people(fitting).capitalize()} wait for longer than promised.")]


def _invite(facts: Facts) -> list[Advice]:
    missing = facts.minimum - facts.waiting
    if facts.waiting and missing > 0 and facts.longest > facts.patience:
        waits = f"{people(facts.waiting).capitalize()} {'waits' if facts.waiting == 1 else 'wait'}"
        evidence = f"{waits} for {duration(int(facts.longest))}, and a team takes {in_words(facts.minimum)}."
        return [Advice(Kind.INVITE, f"Invite {in_words(missing)} more.", evidence)]
    return [_invite_speakers(group) for group in facts.stranded if group.longest > facts.patience]


def _invite_speakers(group: Stranded) -> Advice:
    waits = "waits" if group.people == 1 else "wait"
    return Advice(
        Kind.INVITE,
        f"Invite people who speak {group.label}.",
        f"{people(group.people).capitalize()} {waits} up to {duration(int(group.longest))}: "
        "nobody else here speaks a language of theirs.",
    )


def _open_quest(facts: Facts) -> list[Advice]:
    grows = facts.joined - facts.matched
    if facts.waiting >= CROWD * facts.size and facts.longest > facts.patience and grows >= facts.size:
        evidence = (
            f"{facts.waiting} people wait, the longest for {duration(int(facts.longest))}; in ten minutes "
            f"{facts.joined} came and {facts.matched} were matched."
        )
        return [Advice(Kind.OPEN_QUEST, "Open a second quest.", evidence)]
    if facts.no_team >= ALONE:
        evidence = f"{people(facts.no_team).capitalize()} found no team in the last 15 minutes."
        return [Advice(Kind.OPEN_QUEST, "Open a quest that can be played alone, or later.", evidence)]
    return []


def _lower_size(facts: Facts) -> list[Advice]:
    teams = facts.team_sizes
    short = sorted(size for size in teams if size < facts.size)
    if len(teams) < ENOUGH_TEAMS or 2 * len(short) <= len(teams):
        return []
    usual = short[len(short) // 2]
    evidence = f"{len(short)} of the last hour's {len(teams)} teams were smaller than {in_words(facts.size)}."
    return [Advice(Kind.LOWER_SIZE, f"Lower the team size to {in_words(usual)}.", evidence)]
