"""Why this team, for its members: what they have in common and what makes them mixed.

Only of what they may read of each other anyway. Gender, blocks and scores are no part of it, not even as a reason for
what is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# Interests are told of the most shared ones.
MOST_INTERESTS = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """What team-mates may read of somebody; empty for what is not stated or not shown. Languages by their names."""

    country: str = ""
    organisation: str = ""
    occupation: str = ""
    skill: str = ""
    languages: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """Sentences. Both lists may be empty: a team of people who stated nothing is told nothing."""

    common: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)


def likeness(team: Sequence[Shown]) -> Likeness:
    """Of two people or more; one alone has nothing in common with anybody."""
    if len(team) < 2:
        return Likeness()
    common = [*_languages(team), *_places(team, same=True), *_interests(team)]
    mixed = [*_places(team, same=False), *_work(team), *_skill(team)]
    return Likeness(common, mixed)


def _languages(team: Sequence[Shown]) -> Iterable[str]:
    spoken = set(team[0].languages).intersection(*(person.languages for person in team[1:]))
    if spoken:
        yield f"{_all_of_you(team)} speak {_listed(sorted(spoken))}."


def _places(team: Sequence[Shown], *, same: bool) -> Iterable[str]:
    for values, what in (
        ([person.country for person in team], "countries"),
        ([person.organisation for person in team], "organisations"),
    ):
        different = _different(values)
        if same and len(different) == 1 and all(values):
            yield f"{_all_of_you(team)} come from {values[0]}."
        if not same and len(different) > 1:
            yield f"You come from {_number(len(different))} {what}."


def _interests(team: Sequence[Shown]) -> Iterable[str]:
    spelled = {word.casefold(): word for person in reversed(team) for word in person.interests}
    numbers = Counter(word for person in team for word in {word.casefold() for word in person.interests})
    shared = sorted(((number, word) for word, number in numbers.items() if number > 1), key=lambda s: (-s[0], s[1]))
    for number, word in shared[:MOST_INTERESTS]:
        who = _all_of_you(team) if number == len(team) else f"{_number(number).capitalize()} of you"
        yield f"{who} care about {spelled[word]}."


def _work(team: Sequence[Shown]) -> Iterable[str]:
    different = _different([person.occupation for person in team])
    if len(different) > 1:
        yield f"You do {_number(len(different))} kinds of work: {_listed(different)}."


def _skill(team: Sequence[Shown]) -> Iterable[str]:
    if len(_different([person.skill for person in team])) > 1:
        yield "You bring different amounts of practice."


def _different(values: Iterable[str]) -> list[str]:
    """Each once, whatever its capitals, in order of the alphabet."""
    return sorted({value.casefold(): value for value in values if value}.values(), key=str.casefold)


def _all_of_you(team: Sequence[Shown]) -> str:
    return "You both" if len(team) == 2 else "You all"


def _number(number: int) -> str:
    return SMALL[number] if number < len(SMALL) else str(number)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
