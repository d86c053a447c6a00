"""The small sentences of a decision map that all its faces share."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Document = dict[str, Any]


def time_words(moment: str | None, zone: ZoneInfo) -> str:
    """`2026-05-04T12:00:00Z` as "4 May 2026, 14:00 (Europe/Berlin)"."""
    if moment is None:
        return ""
    local = datetime.fromisoformat(moment).astimezone(zone)
    return f"{local:%-d %B %Y, %H:%M} ({zone.key})"


def commit_words(commit: Document, zone: ZoneInfo) -> str:
    """What follows "Committed by Ben"."""
    tie = ", who chose among tied options" if commit["was_tie"] else ""
    unmet = "" if commit["rule_met"] else ". The rule was not met, so most votes decided"
    return f"on {time_words(commit['committed_at'], zone)}{tie}{unmet}."


def round_title(decision: Document, each: Document) -> str:
    if len(decision["rounds"]) == 1:
        return "The votes"
    return "The first round" if each["round"] == 1 else "The second round"


def round_note(each: Document, zone: ZoneInfo) -> str:
    late = ", when the time was up" if each["reason"] == "deadline" else ""
    return f"{each['total']} of {each['seats']} voted; opened {time_words(each['revealed_at'], zone)}{late}"


def facts_of(option: Document) -> list[tuple[str, str]]:
    """(label, text) of what the chosen option brings, costs and risks."""
    facts = [("What it brings", option["impact"]), ("What it costs", option["trade_off"])]
    risks = [("Risks" if not number else "", risk) for number, risk in enumerate(option["risks"])]
    return [(label, text) for label, text in (*facts, *risks) if text]


def proof_words(digest: str, *, is_nameless: bool = False) -> str:
    if is_nameless:
        return (
            "This is a copy without names of the map that was made when the room was completed. "
            f"Its SHA-256 is {digest}: that of its JSON face, byte for byte."
        )
    return (
        "This map is one document, made when the room was completed and not changed since. "
        f"Its SHA-256 is {digest}: that of its JSON face, byte for byte."
    )
