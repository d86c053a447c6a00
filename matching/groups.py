"""Whose waits are alike: the label of a ticket in forecasts and figures, out of nothing private."""

from __future__ import annotations

from collections.abc import Collection, Iterable

# The column's width. Ten languages, which is the most that a profile holds, take half of it.
MOST = 60
ANY = "any"


def common_languages(spoken: Iterable[Collection[str]]) -> frozenset[str] | None:
    """The languages that all of these people speak, None for any: whoever states none takes part in every one."""
    stated = [frozenset(languages) for languages in spoken if languages]
    return frozenset.intersection(*stated) if stated else None


def group_of(languages: Collection[str], party_size: int) -> str:
    """`de+en` for who waits alone and speaks both, `any.2` for a party of two that stated no language."""
    suffix = f".{party_size}" if party_size > 1 else ""
    codes = sorted(set(languages))
    while codes and len("+".join(codes)) + len(suffix) > MOST:
        codes.pop()
    return ("+".join(codes) or ANY) + suffix
