"""Codes that a phone's camera reads."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_of(text: str) -> SafeString:
    """A QR code of the text as an inline SVG that takes the size of its box."""
    # Drawn by segno out of squares: nothing of the text is markup in it.
    drawn: str = segno.make(text, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="", lineclass="")
    return mark_safe(drawn)  # noqa: S308
