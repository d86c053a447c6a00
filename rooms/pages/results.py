"""The votes of a revealed round, option by option, and who moved between the rounds."""

from __future__ import annotations

from dataclasses import dataclass

from rooms.selectors.content import DecisionContent, OptionContent
from rooms.selectors.room_view import DecisionView, RoundView, VoteView


@dataclass(frozen=True, slots=True)
class Result:
    option: OptionContent
    count: int
    share: int
    votes: list[VoteView]


@dataclass(frozen=True, slots=True)
class RoundResult:
    round: RoundView
    results: list[Result]
    unchosen: list[OptionContent]


@dataclass(frozen=True, slots=True)
class Shift:
    seat: int
    name: str
    before: str
    after: str


def round_result(decision: DecisionContent, round: RoundView) -> RoundResult:
    """Most votes first; `share` is a percentage of the round's votes."""
    rows = []
    for option in decision.options:
        votes = [vote for vote in round.votes if vote.option == option.key]
        rows.append(Result(option, len(votes), round_share(len(votes), len(round.votes)), votes))
    chosen = sorted((row for row in rows if row.count), key=lambda row: (-row.count, row.option.key))
    return RoundResult(round, chosen, [row.option for row in rows if not row.count])


def round_share(count: int, total: int) -> int:
    return round(100 * count / total) if total else 0


def shifts(decision: DecisionView) -> list[Shift]:
    """Who voted otherwise in the second round than in the first."""
    if len(decision.rounds) < 2:
        return []
    before = {vote.seat: vote.option for vote in decision.rounds[0].votes}
    return [
        Shift(vote.seat, vote.name, before[vote.seat], vote.option)
        for vote in decision.rounds[1].votes
        if vote.seat in before and before[vote.seat] != vote.option
    ]
