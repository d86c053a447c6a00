"""The typesetter: PDF and PNG from our own templates, with the fonts beside them and none of the machine's.

A template is source; what people wrote reaches it as one JSON value in `sys.inputs`, which nothing evaluates.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import typst

from rooms.errors import TypesettingBusy

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
# One at a time: setting a page takes a whole core, and votes must get through beside it. At the end of an event every
# team wants its own at the same moment: the wait is for some fifty of them. Who waits holds a thread of the server, so
# nobody waits for ever.
_one_at_a_time = threading.Lock()
PATIENCE_SECONDS = 15.0
# Two pixels a point: 600 × 315 points are a picture of 1200 × 630.
PIXELS_PER_INCH = 144.0


@cache
def fonts() -> typst.Fonts:
    """Read once a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@contextmanager
def turn() -> Iterator[None]:
    """Raises `TypesettingBusy` when it does not come soon."""
    if not _one_at_a_time.acquire(timeout=PATIENCE_SECONDS):
        raise TypesettingBusy(retry_after=2)
    try:
        yield
    finally:
        _one_at_a_time.release()


def set_pdf(template: str, data: dict[str, Any]) -> bytes:
    return _set(template, data, "pdf")


def set_png(template: str, data: dict[str, Any]) -> bytes:
    """The first page as a picture."""
    return _set(template, data, "png")


def template_source(template: str) -> bytes:
    return (HERE / template).read_bytes()


def _set(template: str, data: dict[str, Any], kind: Any) -> bytes:
    made: Any = typst.compile(
        template_source(template),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format=kind,
        ppi=PIXELS_PER_INCH,
        sys_inputs={"map": orjson.dumps(data).decode()},
    )
    # A picture of one page comes alone, of several as a list.
    first: bytes = made[0] if isinstance(made, list) else made
    return first
