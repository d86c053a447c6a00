"""What people read about their wait: true, short, and never of a private field.

Why there is no team although people are here has one sentence whatever the rule was (`TIME`, `NOBODY_FITS`): a mixed
team that is waited for, a block or a party that does not fit must look alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from matching.forecast.forecasting import CannotSay, Forecast, Reason
from matching.former.types import Why

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
TELLS_HOW_MANY = (Why.MORE_PEOPLE, Why.LANGUAGE)

CANNOT_SAY = {
    Reason.HELD: "Nobody can say how long it takes: the organisers hold this queue.",
    Reason.NOBODY: "Nobody can say how long it takes: nobody else waits here, or has come lately.",
    Reason.LANGUAGE: "Nobody can say how long it takes: nobody who waits or came lately speaks a language of yours.",
    Reason.FEW: "Nobody can say how long it takes: fewer people wait than a team needs, and hardly anybody comes.",
    Reason.NO_HISTORY: "Nobody can say yet how long it takes: too few teams have been formed here.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's wait stands. `why` and `missing` are what the last tick said, None before the first one."""

    why: Why | None
    missing: int | None
    held: bool
    waiting: int
    # Somebody of their party has not been seen for a moment.
    mate_away: bool = False


def why_waiting(standing: Standing) -> str:
    """One or two sentences: why there is no team yet, and how many more people it takes."""
    if standing.held:
        return "The organisers hold this queue for a moment. Everybody keeps their place."
    if standing.mate_away:
        return "Somebody of your party has not been seen for a moment. A team is looked for once everybody is back."
    if standing.why is None:
        return "You are the only one who waits." if standing.waiting == 1 else "A team is being looked for."
    missing = missing_shown(standing) or 0
    if standing.why == Why.MORE_PEOPLE:
        return f"It takes {_more_people(missing)} to make a team."
    if standing.why == Why.LANGUAGE:
        does = "does" if missing == 1 else "do"
        return f"Nobody else here speaks a language of yours yet. It takes {_more_people(missing)} who {does}."
    return "People are here, but no team for you has come together yet. It takes more of them, or a little more time."


def missing_shown(standing: Standing) -> int | None:
    """How many more people it takes, where the number tells nothing about the others."""
    tells = standing.why in TELLS_HOW_MANY and not standing.held
    return standing.missing if tells else None


# By how many rules have given way to somebody's wait: what they may be told of it, and nothing private.
SIZES, MET, ANY = "a team of another size", "with people you have just played with", "any team that this quest allows"


def what_gave_way(level: int, *, has_other_sizes: bool) -> str:
    """Empty while every rule still holds. `has_other_sizes`: teams of the quest may be larger or smaller than ideal."""
    if level >= 3:
        will_do = ANY
    elif level == 2:
        will_do = f"{SIZES}, or {MET}," if has_other_sizes else f"a team {MET}"
    elif level == 1 and has_other_sizes:
        will_do = SIZES
    else:
        return ""
    return f"You have waited long enough: {will_do} will do now."


def how_long(said: Forecast) -> str:
    return f"Usually about {duration(said.p50)}, nine in ten under {duration(said.p90)}."


def why_no_number(said: CannotSay) -> str:
    return CANNOT_SAY[said.reason]


def in_words(number: int) -> str:
    return SMALL[number] if 0 <= number < len(SMALL) else str(number)


def _more_people(missing: int) -> str:
    number = f"{in_words(missing)} " if missing > 0 else ""
    return f"{number}more {'person' if missing == 1 else 'people'}"


def duration(seconds: int) -> str:
    """`50 s`; from two minutes on in whole minutes, rounded up."""
    return f"{seconds} s" if seconds < 120 else f"{-(-seconds // 60)} min"
