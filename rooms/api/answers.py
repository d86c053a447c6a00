"""Turns a room's view into the JSON that `RoomSerializer` documents; on the hot path no serializer runs."""

from __future__ import annotations

from typing import Any

from rooms.models import Room
from rooms.selectors.room_view import DecisionView, RoomView


def room_answer(view: RoomView) -> dict[str, Any]:
    room, content = view.room, view.content
    return {
        "code": room.code,
        "state": room.state,
        "phase": room.phase,
        "close_reason": room.close_reason,
        "version": room.version,
        "quest": {
            "id": content.quest_id,
            "title": content.title,
            "version": content.number,
            "rule": content.rule,
            "rounds": content.rounds,
            "team_min": content.team_min,
            "vote_seconds": content.vote_seconds,
        },
        "capacity": room.capacity,
        "decision_number": room.decision_number,
        "round": room.round,
        "due_at": room.due_at,
        "steps": [{"number": decision.number, "title": decision.title} for decision in content.decisions],
        "decision": view.decision.shown() if view.decision else None,
        "members": view.members,
        "your_seat": view.place.seat,
        "your_vote": {"option": view.your_option, "justification": view.your_reason} if view.your_option else None,
        "you_may": {
            "start": view.may_start,
            "vote": room.phase == Room.Phase.VOTING,
            "vote_again": view.may_vote_again,
            "commit": sorted(view.allowed) if view.may_commit else [],
        },
        "revealed": [_revealed(each) for each in view.history],
        "artifact": view.map_id,
    }


def _revealed(each: DecisionView) -> dict[str, Any]:
    return {"number": each.content.number, "rounds": each.rounds, "commit": each.commit}
