"""Every route that the server answers, as the resolver has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes() -> list[str]:
    """As in `room/<str:code>/vote` and `admin/rooms/room/<path:object_id>/change/`. Static files are whitenoise's."""
    return list(_walk(get_resolver().url_patterns, ""))


def of_console(route: str) -> bool:
    return route.removeprefix("^").startswith("admin/")


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            # The console's pages of an app, under a pattern that names every app.
            yield re.sub(r"\^\(\?P<app_label>[\w|]+\)/\$$", "<app_label>/", path)
