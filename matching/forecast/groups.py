"""Which groups of waits could be in one team. `matching.groups` makes their names, as in "en+fr", "any.2"."""

from __future__ import annotations

from matching.groups import ANY


def languages_of(group: str) -> frozenset[str]:
    """The languages of a group; none for those who can speak with anybody."""
    spoken = group.partition(".")[0]
    return frozenset() if spoken in {"", ANY} else frozenset(spoken.split("+"))


def size_of(group: str) -> int:
    size = group.partition(".")[2]
    return int(size) if size.isdecimal() else 1


def can_meet(group: str, other: str) -> bool:
    """Whether people of both could be in one team, as far as languages go."""
    one, another = languages_of(group), languages_of(other)
    return not one or not another or not one.isdisjoint(another)
