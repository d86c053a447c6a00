"""What a quest's version asks, read once a process, as EchoRoom does."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

_known: dict[UUID, dict[str, Any]] = {}
HEAD = ("id", "title", "version", "rule", "rounds", "team_min", "vote_seconds")


def content(database: psycopg.Connection[Any], version: UUID) -> dict[str, Any]:
    if version not in _known:
        _known[version] = _read(database, version)
    return _known[version]


def _read(database: psycopg.Connection[Any], version: UUID) -> dict[str, Any]:
    head = database.execute(
        "SELECT quest_id, title, number, rule, rounds, team_min, vote_seconds FROM rooms_questversion WHERE id = %s",
        (version,),
    ).fetchone()
    assert head is not None
    decisions = database.execute(
        "SELECT id, number, title, question, context FROM rooms_decision WHERE version_id = %s ORDER BY number",
        (version,),
    ).fetchall()
    return {
        "rule": head[3],
        "vote_seconds": head[6],
        "head": dict(zip(HEAD, head[:7], strict=True)),
        "steps": [{"number": row[1], "title": row[2]} for row in decisions],
        "decisions": [_decision(database, row) for row in decisions],
    }


def _decision(database: psycopg.Connection[Any], row: Any) -> dict[str, Any]:
    options = database.execute(
        "SELECT id, key, title, description, impact, trade_off, risks FROM rooms_option "
        "WHERE decision_id = %s ORDER BY key",
        (row[0],),
    ).fetchall()
    names = ("key", "title", "description", "impact", "trade_off", "risks")
    return {
        "ids": {option[1]: option[0] for option in options},
        "keys": {option[0]: option[1] for option in options},
        "shown": {
            "number": row[1],
            "title": row[2],
            "question": row[3],
            "context": row[4],
            "options": [dict(zip(names, option[1:], strict=True)) for option in options],
        },
    }
