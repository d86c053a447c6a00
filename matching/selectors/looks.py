"""Keeps what was last shown of a private category, so that no two looks differ by one person."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.core.cache import cache

from matching.stats.cells import SMALLEST
from matching.stats.looks import Look, next_look

# A queue's day; without a look to compare with the next one starts anew.
KEPT_SECONDS = 24 * 3600
# After it whoever renews a look is taken for dead.
RENEWING_SECONDS = 10


def looks_at(categories: Mapping[UUID, Mapping[int, str]], *, now: float) -> dict[UUID, Look | None]:
    """By quest, given the categories of those who wait by person. One read of the cache where nothing is renewed.

    None for the moment in which another request takes the first look.
    """
    keys = {quest_id: f"matching:look:{quest_id}" for quest_id in categories}
    kept = cache.get_many(keys.values())
    found: dict[UUID, Look | None] = {}
    for quest_id, people in categories.items():
        before = kept.get(keys[quest_id])
        # Of fewer people nothing is shown.
        is_due = len(people) >= SMALLEST and next_look(before, people, now=now) is not before
        found[quest_id] = _renewed(keys[quest_id], people, now) if is_due else before
    return found


def _renewed(key: str, people: Mapping[int, str], now: float) -> Look | None:
    """One request renews a look at a time, and compares with what is kept by then: two would be one person apart."""
    mine = cache.add(f"{key}:renewing", True, RENEWING_SECONDS)
    before: Look | None = cache.get(key)
    if not mine:
        return before
    try:
        look = next_look(before, people, now=now)
        if look is not before:
            cache.set(key, look, KEPT_SECONDS)
    finally:
        cache.delete(f"{key}:renewing")
    return look
