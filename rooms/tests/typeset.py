"""Looks into what the typesetter makes of a template: its texts and elements, and glyphs that no font has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import typst

from rooms.faces import typesetting

# Before the template's own rules: every text element leaves its text behind, where it can be asked for.
NOTE_TEXTS = "#show text: it => [#metadata(it.text)<said>#it]\n"
SYMBOL = re.compile(r'<symbol id="([^"]+)"')


class Typeset:
    def __init__(self, folder: Path, template: str, data: dict[str, Any]) -> None:
        source = folder / template
        source.write_text(NOTE_TEXTS + typesetting.template_source(template).decode())
        self._compiler = typst.Compiler(
            source,
            font_paths=typesetting.fonts(),
            ignore_system_fonts=True,
            sys_inputs={"map": json.dumps(data)},
        )

    def said(self) -> str:
        return "".join(each["value"] for each in self.elements("<said>"))

    def elements(self, selector: str) -> list[Any]:
        found: list[Any] = json.loads(self._compiler.query(selector, format="json"))
        return found


def text_of(element: Any) -> str:
    if isinstance(element, dict):
        return str(element.get("text") or "") or "".join(text_of(value) for value in element.values())
    return "".join(text_of(each) for each in element) if isinstance(element, list) else ""


def has_glyphs(text: str) -> bool:
    """Whether every character of a text is drawn as itself, with the fonts of the template and no others."""
    return not _symbols(text) & _symbols("\U0010fffd")


def _symbols(text: str) -> set[str]:
    source = typesetting.template_source("map.typ").decode()
    families = re.findall(r"^#let (?:sans|serif) = .*$", source, re.MULTILINE)
    tiny = "\n".join([*families, "#set text(font: serif)", "#text(sys.inputs.text)"])
    drawn: Any = typst.compile(
        tiny.encode(),
        font_paths=typesetting.fonts(),
        ignore_system_fonts=True,
        format="svg",
        sys_inputs={"text": text},
    )
    return set(SYMBOL.findall(drawn.decode()))
