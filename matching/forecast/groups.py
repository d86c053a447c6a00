"""Whose waits are alike: people who speak the same languages and come in parties of the same size.

A group is a string: languages in order with "+" between them, "any" for who stated none, and the party's size after a
point if it is not one, as in "en+fr", "any.2". Nothing private is in it.
"""

from __future__ import annotations

from collections.abc import Collection

ANY = "any"
# The column's width.
LONGEST = 60


def group_of(languages: Collection[str], party_size: int = 1) -> str:
    spoken = sorted({language.strip().lower() for language in languages} - {""})
    size = f".{party_size}" if party_size > 1 else ""
    most = (LONGEST - len(size) + 1) // 3
    # Who names more languages than fit into the column is alike to those who name the first of them.
    return ("+".join(spoken[:most])[: LONGEST - len(size)] or ANY) + size


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
