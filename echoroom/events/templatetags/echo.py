"""Tags that all pages share: the brand, a moment in words, a person's face, and slots for higher apps."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince

from echoroom import slots
from echoroom.events.brand import brand_style

register = template.Library()

# Far apart on the wheel, so that five people in a room are told apart.
HUES = (265, 165, 30, 325, 215)
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@register.filter
def brand(colour: str) -> str:
    """The style attribute's value that colours a page for its event."""
    return brand_style(colour or "#5b4bdb")


@register.filter
def hue(seat: int) -> int:
    return HUES[(int(seat) - 1) % len(HUES)]


@register.filter
def initials(name: str) -> str:
    """One or two letters for a face; also of names without letters or in other scripts."""
    # A mark that nobody sees is no letter to stand for a name.
    seen = "".join(character for character in str(name) if unicodedata.category(character) != "Cf")
    words = [word for word in seen.split() if word[0].isalnum()] or [seen.strip() or "?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def in_words(number: int) -> str:
    """`3` as "three"; from eleven on the figure is easier to read."""
    return SMALL_NUMBERS[number] if 0 <= number < len(SMALL_NUMBERS) else str(number)


@register.filter
def clock(due: datetime | None) -> str:
    """What is left until `due`, as 4:12."""
    seconds = max(0, int((due - timezone.now()).total_seconds())) if due else 0
    return f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def stopwatch(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def wait(seconds: int) -> str:
    """How long to wait, never shorter than it takes: 90 as "90 seconds", 91 as "2 minutes"."""
    if seconds > 90:
        return f"{-(-seconds // 60)} minutes"
    return "a second" if seconds == 1 else f"{seconds} seconds"


@register.filter
def rings(count: int) -> list[int]:
    """The radii of as many rings as there are decisions, from the middle outwards."""
    shown = min(count, 7)
    return [8 + round(56 * number / shown) for number in range(shown)] if shown else []


@register.filter
def ring_of(number: int) -> int:
    return 20 + 34 * number


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | str | None) -> SafeString | str:
    """A time relative to now; exact, in the event's zone, on hover. In a file, where "now" means nothing, exact."""
    when = parse_datetime(at) if isinstance(at, str) else at
    if when is None:
        return ""
    event = context.get("event")
    zone = event.zone if event else ZoneInfo("UTC")
    local = when.astimezone(zone)
    exact = f"{local:%A %-d %B %Y, %H:%M:%S} ({zone.key})"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        when.astimezone(UTC).isoformat(timespec="seconds"),
        exact,
        f"on {local:%-d %B %Y, %H:%M} ({zone.key})" if context.get("exact_times") else _ago(when),
    )


def _ago(when: datetime) -> str:
    now = timezone.now()
    if abs((now - when).total_seconds()) < 60:
        return "just now"
    if when > now:
        return f"in {timesince(now, when, depth=1)}"
    return f"{timesince(when, now, depth=1)} ago"


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, key: Any, among: Sequence[Any] | None = None) -> SafeString:
    """Show what higher apps have for `key` in the place `name`. `among`: all keys on the page, asked for at once."""
    keys = tuple(among) if among is not None else (key,)
    shown = []
    # Lives as long as this page is being rendered.
    asked: Any = context.render_context
    for filling in slots.fillings(name):
        question = (filling, keys)
        if question not in asked:
            asked[question] = filling.selector(context["viewer"], keys)
        found = asked[question].get(key)
        if found is not None and context.template is not None:
            with context.push(**found):
                shown.append(context.template.engine.get_template(filling.template).render(context))
    # Each part is a template's output, escaped there.
    return mark_safe("".join(shown))  # noqa: S308
