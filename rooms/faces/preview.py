"""What the picture of a link shows: the title, the event, and how the votes were split where it was decided."""

from __future__ import annotations

from typing import Any

from echoroom.events.templatetags.echo import in_words
from rooms.faces.shown import ShownMap
from rooms.faces.texts import breakable, one_line, runs_right_to_left
from rooms.pages.map_view import Document, decisions_of
from rooms.passage import capital, team_of

# More do not fit; the last line says how many there are.
MOST_DECISIONS = 3
LONGEST = {"title": 90, "event": 60, "line": 70}


def preview_of(shown: ShownMap) -> dict[str, Any]:
    document = shown.document
    decided = [decision for decision in decisions_of(document) if decision["chosen"]]
    return {
        "title": _cut(document["quest"]["title"], LONGEST["title"]),
        "event": _cut(document["event"]["name"], LONGEST["event"]),
        "summary": f"{capital(team_of(document))}, {_count(decided, 'decision', 'decisions')}",
        "decisions": [_decision(decision) for decision in decided[:MOST_DECISIONS]],
        "colours": shown.colours,
    }


def _decision(decision: Document) -> dict[str, Any]:
    tally = decision["commit"]["tally"]
    total = sum(tally.values())
    counts = sorted(tally.items(), key=lambda item: (item[0] != decision["chosen"]["key"], -item[1], item[0]))
    return {
        "title": _cut(decision["title"], LONGEST["line"]),
        "key": decision["chosen"]["key"],
        "chosen": _cut(decision["chosen"]["title"], LONGEST["line"]),
        # The committed option first; shares in percent.
        "shares": [{"on": key == decision["chosen"]["key"], "share": 100 * n / total} for key, n in counts if n],
        "split": decision["split"],
    }


def _count(things: list[Any], one: str, many: str) -> str:
    return f"{in_words(len(things))} {one if len(things) == 1 else many}"


def _cut(text: str, most: int) -> dict[str, Any]:
    line = one_line(text)
    short = line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
    return {"text": breakable(short), "rtl": runs_right_to_left(line)}
