"""The same statements as EchoRoom's services and selectors run, in raw psycopg."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from bench.floors.content import content

Connection = psycopg.Connection[Any]

ROOM = (
    "id, code, event_id, quest_id, quest_version_id, state, phase, decision_number, round, extensions, capacity, "
    "version, due_at, active_at, created_at, full_at, started_at, completed_at, closed_at, close_reason"
)
LOCK_ROOM = f"SELECT {ROOM} FROM rooms_room WHERE code = %s LIMIT 1 FOR UPDATE"
SEATS = """
SELECT m.id, m.participant_id, m.seat, m.joined_at, m.seen_at, m.away_at, m.left_at, v.id, v.option_id, v.justification
FROM rooms_membership m
LEFT JOIN rooms_vote v ON v.membership_id = m.id AND v.decision_number = %s AND v.round = %s
WHERE m.room_id = %s ORDER BY m.joined_at, m.seat
"""
INSERT_VOTE = """
INSERT INTO rooms_vote
    (room_id, membership_id, decision_number, round, option_id, justification, cast_at, changed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, NULL) RETURNING id
"""
INSERT_COMMIT = """
INSERT INTO rooms_commit
    (room_id, decision_number, round, option_id, author_id, rule, rule_met, was_tie, tally, dissent, committed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
UPDATE_ROOM = """
UPDATE rooms_room SET state = %s, phase = %s, decision_number = %s, round = %s, extensions = %s, version = %s,
    due_at = %s, active_at = %s, full_at = %s, started_at = %s, completed_at = %s, closed_at = %s, close_reason = %s
WHERE id = %s
"""
PLACE = f"""
SELECT m.id, m.seat, m.version, m.seen_at, m.away_at, {", ".join("r." + name for name in ROOM.split(", "))}
FROM rooms_membership m JOIN rooms_room r ON r.id = m.room_id
WHERE m.left_at IS NULL AND r.code = %s AND m.participant_id = %s ORDER BY m.joined_at, m.seat LIMIT 1
"""
MEMBERS = """
SELECT m.id, m.participant_id, m.seat, m.joined_at, m.seen_at, m.away_at, m.left_at, v.id, p.name, p.is_bot
FROM rooms_membership m
JOIN events_participant p ON p.id = m.participant_id
LEFT JOIN rooms_vote v ON v.membership_id = m.id AND v.decision_number = %s AND v.round = %s
WHERE m.room_id = %s ORDER BY m.joined_at, m.seat
"""
OWN_VOTE = "SELECT id, option_id, justification FROM rooms_vote WHERE id = %s"
REVEALED_VOTES = """
SELECT v.id, v.membership_id, v.decision_number, v.round, v.option_id, v.justification, v.cast_at, v.changed_at
FROM rooms_vote v JOIN rooms_membership m ON m.id = v.membership_id
WHERE v.room_id = %s AND EXISTS (
    SELECT 1 FROM rooms_reveal r
    WHERE r.room_id = v.room_id AND r.decision_number = v.decision_number AND r.round = v.round)
ORDER BY m.joined_at, v.id
"""
REVEALS = """
SELECT decision_number, round, reason, seats, revealed_at FROM rooms_reveal WHERE room_id = %s
ORDER BY decision_number, round
"""
COMMITS = "SELECT decision_number FROM rooms_commit WHERE room_id = %s ORDER BY decision_number"
SHOWN = ("seat", "name", "option", "justification")


@dataclass(slots=True)
class Place:
    row: tuple[Any, ...]

    @property
    def etag(self) -> str:
        return f'"{self.row[6]}.{self.row[16]}.{self.row[1]}.{self.row[2]}"'


def vote(database: Connection, participant: UUID, given: dict[str, Any]) -> tuple[dict[str, Any], int]:
    with database.transaction():
        room, seats, mine, now = _locked(database, participant, given["room"])
        if room[6] != "voting" or given["decision"] != room[7] or not given["justification"].strip() or mine[7]:
            raise PermissionError
        options = content(database, room[4])["decisions"][room[7] - 1]["ids"]
        values = (room[0], mine[0], room[7], room[8], options[given["option"]], given["justification"], now)
        database.execute(INSERT_VOTE, values).fetchone()
        if all(seat[7] for seat in seats if seat is not mine):
            raise NotImplementedError  # the measured rooms always have one silent member
        version = room[11] + 1
        database.execute(UPDATE_ROOM, (*room[5:10], version, room[12], now, *room[15:20], room[0]))
    answer = {
        "room": room[1], "decision": room[7], "round": room[8], "option": given["option"],
        "justification": given["justification"], "revealed": False, "version": version, "deadline": room[12],
    }  # fmt: skip
    return answer, version


def commit(database: Connection, participant: UUID, given: dict[str, Any]) -> tuple[dict[str, Any], int]:
    with database.transaction():
        room, seats, mine, now = _locked(database, participant, given["room"])
        quest = content(database, room[4])
        options = quest["decisions"][room[7] - 1]["ids"]
        counts = Counter(seat[8] for seat in seats if seat[7])
        chosen = options[given["option"]]
        if room[6] != "revealed" or given["decision"] != room[7] or counts[chosen] < max(counts.values()):
            raise PermissionError
        tally = {key: counts[option] for key, option in options.items()}
        values = (
            room[0], room[7], room[8], chosen, mine[0], quest["rule"], True, False, Jsonb(tally), Jsonb([]), now,
        )  # fmt: skip
        database.execute(INSERT_COMMIT, values).fetchone()
        # The next decision opens: its (empty) ballots are read, as the service reads them.
        database.execute(SEATS, (room[7] + 1, 1, room[0])).fetchall()
        version = room[11] + 1
        due = now + timedelta(seconds=quest["vote_seconds"])
        database.execute(UPDATE_ROOM, (room[5], "voting", room[7] + 1, 1, 0, version, due, now, *room[15:20], room[0]))
    answer = {
        "room": room[1], "decision": room[7], "option": given["option"], "tally": tally, "rule": quest["rule"],
        "rule_met": True, "completed": False, "version": version,
    }  # fmt: skip
    return answer, version


def _locked(database: Connection, participant: UUID, code: str) -> tuple[Any, list[Any], Any, datetime]:
    room = database.execute(LOCK_ROOM, (code,)).fetchone()
    if room is None:
        raise PermissionError
    seats = database.execute(SEATS, (room[7], room[8], room[0])).fetchall()
    mine = next(seat for seat in seats if seat[1] == participant and seat[6] is None)
    return room, seats, mine, datetime.now(UTC)


def place(database: Connection, participant: UUID, code: str) -> Place:
    row = database.execute(PLACE, (code, participant)).fetchone()
    if row is None:
        raise PermissionError
    return Place(row)


def read(database: Connection, place: Place) -> dict[str, Any]:
    mine, seat, room = place.row[0], place.row[1], place.row[5:]
    quest = content(database, room[4])
    members = database.execute(MEMBERS, (room[7], room[8], room[0])).fetchall()
    own = next((row[7] for row in members if row[0] == mine), None)
    yours = database.execute(OWN_VOTE, (own,)).fetchone() if own else None
    votes = database.execute(REVEALED_VOTES, (room[0],)).fetchall()
    reveals = database.execute(REVEALS, (room[0],)).fetchall()
    commits = database.execute(COMMITS, (room[0],)).fetchall()
    assert not commits  # the measured rooms are at their first decision
    names = {row[0]: (row[2], row[8], row[9]) for row in members}
    decision = quest["decisions"][room[7] - 1]
    revealed = [_revealed(decision, reveal, votes, names) for reveal in reveals]
    best = max(revealed[0]["rounds"][0]["tally"].values()) if revealed else 0
    return {
        "code": room[1], "state": room[5], "phase": room[6], "close_reason": room[19], "version": room[11],
        "quest": quest["head"], "capacity": room[10], "decision_number": room[7], "round": room[8],
        "due_at": room[12], "steps": quest["steps"], "decision": decision["shown"],
        "members": [_member(row, mine) for row in members],
        "your_seat": seat,
        "your_vote": {"option": decision["keys"][yours[1]], "justification": yours[2]} if yours else None,
        "you_may": {
            "start": False, "vote": room[6] == "voting", "vote_again": room[8] < quest["head"]["rounds"],
            "commit": [key for key, votes in revealed[0]["rounds"][0]["tally"].items() if votes == best],
        },
        "revealed": revealed,
        "artifact": None,
    }  # fmt: skip


def _member(row: Any, mine: int) -> dict[str, Any]:
    presence = "left" if row[6] else "here" if row[5] is None else "away"
    return {
        "seat": row[2], "name": row[8], "is_you": row[0] == mine, "voted": row[7] is not None, "presence": presence,
        "is_captain": False, "is_bot": row[9],
    }  # fmt: skip


def _revealed(decision: Any, reveal: Any, votes: list[Any], names: dict[int, Any]) -> dict[str, Any]:
    shown = [
        {
            "seat": names[row[1]][0],
            "name": names[row[1]][1],
            "is_bot": names[row[1]][2],
            "option": decision["keys"][row[4]],
            "justification": row[5],
        }
        for row in votes
        if row[2] == reveal[0] and row[3] == reveal[1]
    ]
    tally = Counter(vote["option"] for vote in shown)
    each = {
        "round": reveal[1], "reason": reveal[2], "revealed_at": reveal[4], "seats": reveal[3],
        "tally": {key: tally[key] for key in decision["ids"]}, "votes": shown,
    }  # fmt: skip
    return {"number": reveal[0], "rounds": [each], "commit": None}
