"""What a bot does next in a room, and when: from the room as the API shows it to the bot, and from nothing else.

Its pauses follow from its id and the place in the quest, so that nothing has to be remembered between two looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from matching.practice.opinions import Opinion, opinion_on, second_opinion_on
from matching.practice.phrases import Temperament

View = dict[str, Any]
# A bot thinks for this long, shortest and longest, in seconds.
THINKS = (2.0, 8.0)
# Starting and committing are for people: a bot does it only when none of them has in this time.
STARTS_AFTER = timedelta(seconds=20)
COMMITS_AFTER = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Move:
    """A request to make."""

    path: str
    body: dict[str, Any] = field(default_factory=dict)


def next_move(view: View, *, bot: UUID, is_first: bool, asked_at: datetime, now: datetime) -> Move | None:
    """The move that is due for this bot, if one is. `is_first`: of several bots one starts and commits.

    `asked_at` is when somebody asked for the bots of this room.
    """
    code, may = view["code"], view["you_may"]
    if not _people(view):
        return Move(f"/api/rooms/{code}/leave")
    if may["start"]:
        return Move(f"/api/rooms/{code}/start") if is_first and now >= asked_at + STARTS_AFTER else None
    if may["vote"] and view["your_vote"] is None:
        return _vote(view, bot) if _has_thought(view, bot, now) else None
    if may["commit"] and is_first and now >= _revealed_at(view) + COMMITS_AFTER:
        return Move("/api/commit", {**_place(view), "option": _choice(view)})
    return None


def _people(view: View) -> list[View]:
    return [member for member in view["members"] if not member["is_bot"] and member["presence"] != "left"]


def _has_thought(view: View, bot: UUID, now: datetime) -> bool:
    """Whether the bot's time to think is over. Nobody waits for a bot: once the people have voted, it is."""
    if all(person["voted"] or person["presence"] == "away" for person in _people(view)):
        return True
    opened_at = _moment(view["due_at"]) - timedelta(seconds=view["quest"]["vote_seconds"])
    return now >= opened_at + timedelta(seconds=_thinks(view, bot))


def _thinks(view: View, bot: UUID) -> float:
    digest = blake2b(f"{_seed(view, bot)}:pause".encode(), digest_size=4).digest()
    shortest, longest = THINKS
    return shortest + (longest - shortest) * int.from_bytes(digest) / 2**32


def _seed(view: View, bot: UUID) -> str:
    return f"{bot.hex}:{view['code']}:{view['decision_number']}:{view['round']}"


def _vote(view: View, bot: UUID) -> Move:
    opinion = _opinion(view, bot)
    vote = {"round": view["round"], "option": opinion.option, "justification": opinion.reason}
    return Move("/api/vote", {**_place(view), **vote})


def _opinion(view: View, bot: UUID) -> Opinion:
    decision, seed, temperament = view["decision"], _seed(view, bot), _temperament(view)
    first = _last_round(view) if view["round"] == 2 else None
    if first:
        mine = next((vote["option"] for vote in first["votes"] if vote["seat"] == view["your_seat"]), None)
        others = [vote for vote in first["votes"] if vote["seat"] != view["your_seat"]]
        if mine:
            return second_opinion_on(decision, temperament=temperament, seed=seed, mine=mine, others=others)
    return opinion_on(decision, temperament=temperament, seed=seed)


def _temperament(view: View) -> Temperament:
    """By seat, so that the bots of a room do not all talk alike; from the room's code, so that rooms differ."""
    kinds = list(Temperament)
    return kinds[(sum(map(ord, view["code"])) + int(view["your_seat"])) % len(kinds)]


def _choice(view: View) -> str:
    """Of the options that the team's rule allows, what the bot itself voted for, else the first."""
    allowed: list[str] = view["you_may"]["commit"]
    mine = (view["your_vote"] or {}).get("option")
    return mine if mine in allowed else allowed[0]


def _place(view: View) -> dict[str, Any]:
    return {"room": view["code"], "decision": view["decision_number"]}


def _last_round(view: View) -> View | None:
    """The last revealed round of the decision on the table."""
    found = [each["rounds"][-1] for each in view["revealed"] if each["number"] == view["decision_number"]]
    return found[0] if found else None


def _revealed_at(view: View) -> datetime:
    last = _last_round(view)
    assert last is not None
    return _moment(last["revealed_at"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
