"""Puts somebody else's words into a sentence so that it stays one, whatever the words are."""

from __future__ import annotations

import re

LONGEST_QUOTE = 220
SENTENCE_END = re.compile(r"[.!?…][”’\"']?\s")
INSIDE = str.maketrans('“”„"', "‘’‚'")
# A sentence that begins so goes on after "because" or "that"; of others one cannot know whether they are one.
BEGINS_A_CLAUSE = set(
    "nobody everyone everybody everything people some somebody something it its this that these those they their you "
    "your we our there what who whoever if when where while each every all most many few no nothing the a an by in "
    "after before until without with for one two three".split()
)


def cut(text: str, longest: int) -> str:
    """At a word's end, with an ellipsis, when it is longer than `longest` characters."""
    text = text.strip()
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:.") + "…"


def first_sentence(text: str) -> str:
    line = " ".join(text.split())
    end = SENTENCE_END.search(line)
    return line[: end.end()].rstrip() if end else line


def said(text: str) -> str:
    """In quotation marks, on one line; quotation marks inside become single ones."""
    line = cut(" ".join(text.split()), LONGEST_QUOTE).removesuffix(".")
    return f"“{line.translate(INSIDE)}”"


def spoken(text: str, clause: str, quote: str, *, key: str) -> str:
    """`clause` with the words as a part of the sentence where they can be one, else `quote` with them in quotes.

    Both hold `{text}` and may hold `{key}`, the option's letter.
    """
    words = _as_clause(text)
    return clause.format(text=words, key=key) if words else quote.format(text=said(text), key=key)


def _as_clause(text: str) -> str:
    """The text without its capital and its full stop, if it is one sentence that can follow "because"; else ""."""
    line = " ".join(text.split())
    is_one_sentence = line.endswith(".") and not SENTENCE_END.search(line) and len(line) <= LONGEST_QUOTE
    first = line.partition(" ")[0]
    if not is_one_sentence or first.lower().strip("’'") not in BEGINS_A_CLAUSE:
        return ""
    return line[0].lower() + line[1:-1]
