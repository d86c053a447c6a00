"""What the templates of a decision map are given, on the team's page, the shared one and in a file."""

from __future__ import annotations

from typing import Any

from rooms.pages.map_view import Document, decisions_of, rule_name
from rooms.passage import passage_in


def context_of(document: Document, digest: str) -> dict[str, Any]:
    return {
        "document": document,
        "digest": digest,
        "passage": passage_in(document),
        "decisions": decisions_of(document),
        "rule": rule_name(document),
    }
