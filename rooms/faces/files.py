"""The downloads: which faces there are, what they are called, and how each is answered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from echoroom.pages import stamped, unchanged
from rooms.errors import FormatUnknown
from rooms.faces.kept import Kept
from rooms.faces.markdown import markdown_of
from rooms.faces.paper import paper_of
from rooms.faces.preview import preview_of
from rooms.faces.shown import ShownMap
from rooms.faces.typesetting import set_pdf, set_png, template_source, turn
from rooms.pages.map_context import context_of
from rooms.selectors.decision_maps import canonical_bytes

STYLES = ("tokens", "frame", "room", "reveal", "map")
# A file of ours has no script; a reader that shows it in place shall run none either.
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
kept = Kept()


@dataclass(frozen=True, slots=True)
class Face:
    content_type: str
    make: Callable[[ShownMap], bytes]


def _html(shown: ShownMap) -> bytes:
    context = {**context_of(shown.document, shown.digest), "event": shown.event, "styles": _styles()}
    return render_to_string("rooms/map_file.html", context).encode()


def _pdf(shown: ShownMap) -> bytes:
    return kept.get(f"pdf {_state(shown)}", lambda: set_pdf("map.typ", paper_of(shown)), turn=turn)


def preview_picture(shown: ShownMap) -> bytes:
    """1200 × 630 pixels, as a PNG."""
    return kept.get(f"preview {_state(shown)}", lambda: set_png("preview.typ", preview_of(shown)), turn=turn)


FACES = {
    "html": Face("text/html; charset=utf-8", _html),
    "pdf": Face("application/pdf", _pdf),
    "md": Face("text/markdown; charset=utf-8", markdown_of),
    "json": Face("application/json", lambda shown: canonical_bytes(shown.document)),
}


def downloaded(request: HttpRequest, shown: ShownMap, format: str | None) -> HttpResponse:
    """One face as a file, or 304. Raises `FormatUnknown`."""
    face = FACES.get(format or "")
    if face is None:
        raise FormatUnknown
    etag = etag_of(shown, format or "")
    # Contained, not equal: a compressing proxy makes it W/"…", and a client may send several.
    if etag in request.headers.get("If-None-Match", ""):
        return unchanged(etag)
    response = HttpResponse(face.make(shown), content_type=face.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{shown.file_name}.{format}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    return stamped(response, etag)


def etag_of(shown: ShownMap, format: str) -> str:
    """The document's digest; with the event's look and our templates where the face depends on them too."""
    return f'"{shown.digest}"' if format == "json" else f'"{_state(shown)}"'


def _state(shown: ShownMap) -> str:
    event = shown.event
    look = f"{event.brand_colour} {event.time_zone} {_templates()}"
    return f"{shown.digest}.{hashlib.sha256(look.encode()).hexdigest()[:12]}"


@cache
def _templates() -> str:
    """Changes with the templates, styles and words, so that nobody keeps a face of an older release for ours."""
    here = Path(__file__).resolve().parent
    written = sorted(
        [*here.glob("*.py"), *here.parent.glob("pages/map_*.py"), *here.parent.glob("templates/rooms/**/map_*")]
    )
    sources = [template_source("map.typ"), template_source("preview.typ"), _styles().encode()]
    written.append(here.parent / "passage.py")
    sources += [path.read_bytes() for path in written]
    return hashlib.sha256(b"".join(sources)).hexdigest()


@cache
def _styles() -> str:
    folder = Path(settings.BASE_DIR) / "echoroom" / "static" / "echoroom" / "css"
    return "\n".join((folder / f"{name}.css").read_text() for name in STYLES)
