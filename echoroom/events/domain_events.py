from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from echoroom.outbox import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ParticipantEntered(DomainEvent):
    participant_id: UUID


@dataclass(frozen=True, kw_only=True)
class ParticipantRenamed(DomainEvent):
    participant_id: UUID


@dataclass(frozen=True, kw_only=True)
class ParticipantErased(DomainEvent):
    participant_id: UUID
