"""The report as a person reads it: in a terminal, or pasted into a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from matching.replay.report import Report

SHORT_TEXT = 44


def as_text(report: Report) -> str:
    facts = report.facts
    parts = [
        _heading(facts),
        _totals(facts),
        _table(
            ("Endpoint", "Requests", "p50 ms", "p95 ms", "p99 ms"),
            [(e["endpoint"], e["requests"], e["p50"], e["p95"], e["p99"]) for e in facts["endpoints"]],
        ),
        _table(
            ("Quest", "People", "Rooms", "By size", "True single"),
            [
                (q["quest"], q["people"], q["rooms"], _sizes(q["rooms_by_size"]), _person(q["true_single"]))
                for q in facts["quests"]
            ],
        ),
        _table(
            ("Statement", "Text", "EchoRoom", "votes.csv", "Equal"),
            [_statement(statement) for statement in facts["statements"]],
        ),
        *_list("Maps that say something else", facts["wrong_maps"]),
        *_list("Badges too few or too many", facts["wrong_badges"]),
        *_list("People who could not finish", facts["failures"]),
        _table(
            ("What", "Measured", "Bar", "Held"),
            [(bar.what, bar.measured, bar.bar, "yes" if bar.is_held else "NO") for bar in report.bars],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _heading(facts: dict[str, Any]) -> str:
    where = f"{facts['label']}, {facts['url']}" if facts["label"] else facts["url"]
    return f"Replay of “{facts['export']}” ({where}, {facts['concurrency']} requests at once)"


def _totals(facts: dict[str, Any]) -> str:
    totals, traffic = facts["totals"], facts["traffic"]
    rows = [
        ("People · their quests", f"{totals['people']} · {totals['player_quests']}"),
        ("Rooms · votes · commits", f"{totals['rooms']} · {totals['votes']} · {totals['commits']}"),
        (
            "Maps · slowest made · slowest seen",
            f"{totals['maps']} · {totals['slowest_map_made_seconds']} s · {totals['slowest_map_seen_seconds']} s",
        ),
        ("Without a team · true singles", f"{totals['without_a_team']} · {totals['true_singles']}"),
        (
            "Requests",
            f"{traffic['requests']} in {traffic['seconds']} s, {traffic['requests_per_second']}/s",
        ),
        ("p50 · p95 · p99", f"{traffic['p50']} · {traffic['p95']} · {traffic['p99']} ms"),
        ("People by badge", _counted(facts["badges"])),
        ("Refusals by code", _counted(traffic["refusals"])),
        ("Server errors", _counted(traffic["server_errors"])),
        ("Connection errors (sent again)", _counted(traffic["connection_errors"])),
    ]
    return _table(("What", "Seen"), rows)


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none"


def _sizes(rooms: dict[str, int]) -> str:
    return ", ".join(f"{number} of {size}" for size, number in rooms.items()) or "–"


def _person(number: int | None) -> str:
    return "–" if number is None else str(number)


def _statement(statement: dict[str, Any]) -> tuple[object, ...]:
    text = statement["text"].replace("|", "/")
    shown = text if len(text) <= SHORT_TEXT else text[: SHORT_TEXT - 1].rstrip() + "…"
    sides = (statement["echoroom"], statement["votes_csv"])
    tallies = [" / ".join(str(side[key]) for key in ("agree", "disagree", "pass")) for side in sides]
    return (statement["statement"], shown, *tallies, "yes" if statement["equal"] else "NO")


def _list(title: str, entries: Sequence[str], most: int = 20) -> Iterable[str]:
    if entries:
        more = [f"… and {len(entries) - most} more"] if len(entries) > most else []
        yield "\n".join([f"{title}:", *(f"  {entry}" for entry in [*entries[:most], *more])])


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = [tuple(str(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in [head, *cells]) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([line(head), rule, *(line(row) for row in cells)])
