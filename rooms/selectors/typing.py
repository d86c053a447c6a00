"""Who types just now. It lives in the cache for a few seconds and nowhere else."""

from __future__ import annotations

from collections.abc import Collection

from django.core.cache import cache

# A page repeats it every three seconds while somebody types.
TYPING_SECONDS = 5


def typing_key(membership_id: int) -> str:
    return f"chat.typing.{membership_id}"


def typing_among(membership_ids: Collection[int]) -> set[int]:
    """Those of the members who type; one question to the cache."""
    keys = {typing_key(membership_id): membership_id for membership_id in membership_ids}
    return {keys[key] for key in cache.get_many(list(keys))} if keys else set()
