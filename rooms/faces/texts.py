"""People's texts made safe for a face that is not HTML: no control characters, and each in its own direction."""

from __future__ import annotations

import re
import unicodedata

# Those that turn the text around them about; what we put around a text ourselves must be the only ones.
TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
INVISIBLE = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufff9-\ufffb\ufffe\uffff{TURNING}]")
ISOLATE, END = "\u2068", "\u2069"
ENDLESS = re.compile(r"[^\s\u200b\u2e80-\u9fff\uac00-\ud7af]{31,}")


def plain(text: str) -> str:
    """The text without characters that nobody sees and that move or hide others."""
    return INVISIBLE.sub("", text)


def one_line(text: str) -> str:
    return " ".join(plain(text).split())


def lines_of(text: str) -> list[str]:
    """The lines of a text, without empty ones at its ends."""
    return [" ".join(line.split()) for line in plain(text).strip().splitlines()]


def isolated(text: str) -> str:
    """For the middle of a sentence: a name written from right to left leaves the sentence in order."""
    return f"{ISOLATE}{one_line(text)}{END}"


def runs_right_to_left(text: str) -> bool:
    """By its first letter, as `dir="auto"` does."""
    found = (unicodedata.bidirectional(character) for character in text)
    return next((kind != "L" for kind in found if kind in {"L", "R", "AL"}), False)


def breakable(text: str) -> str:
    """A word that is wider than a line may be broken anywhere, but not before a mark that belongs to a letter."""
    return ENDLESS.sub(lambda found: _broken(found[0]), text)


def _broken(word: str) -> str:
    pieces: list[str] = []
    for start in range(0, len(word), 12):
        piece = word[start : start + 12]
        joined = unicodedata.category(piece[0]).startswith("M") or piece[0] == "\u200d"
        pieces.append(piece if not start or joined else f"\u200b{piece}")
    return "".join(pieces)
