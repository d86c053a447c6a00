from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from echoroom.outbox import DomainEvent


@dataclass(frozen=True, kw_only=True)
class DecisionCommitted(DomainEvent):
    room_id: int
    decision_number: int


@dataclass(frozen=True, kw_only=True)
class RoomCompleted(DomainEvent):
    room_id: int


@dataclass(frozen=True, kw_only=True)
class DecisionMapMade(DomainEvent):
    room_id: int


@dataclass(frozen=True, kw_only=True)
class QuestAnswered(DomainEvent):
    """A form or a survey was answered: a completed quest."""

    quest_id: UUID
    participant_id: UUID


@dataclass(frozen=True, kw_only=True)
class RoomClosed(DomainEvent):
    room_id: int
