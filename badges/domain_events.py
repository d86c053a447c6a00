from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from echoroom.outbox import DomainEvent


@dataclass(frozen=True, kw_only=True)
class BadgeAwarded(DomainEvent):
    participant_id: UUID
    badge: str
