"""Keeps what was last shown of a private category, so that no two looks differ by one person."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.core.cache import cache

from matching.stats.looks import Look, next_look

# A queue's day; without a look to compare with the next one starts anew.
KEPT_SECONDS = 24 * 3600


def looks_at(categories: Mapping[UUID, Mapping[int, str]], *, now: float) -> dict[UUID, Look]:
    """By quest, given the categories of those who wait by ticket number. One read of the cache, one write at most."""
    keys = {quest_id: f"matching:look:{quest_id}" for quest_id in categories}
    kept = cache.get_many(keys.values())
    shown = {quest_id: next_look(kept.get(keys[quest_id]), those, now=now) for quest_id, those in categories.items()}
    fresh = {keys[quest_id]: look for quest_id, look in shown.items() if look is not kept.get(keys[quest_id])}
    if fresh:
        cache.set_many(fresh, KEPT_SECONDS)
    return shown
