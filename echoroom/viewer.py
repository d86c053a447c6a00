"""Who is asking: the one shape that pages, API and sockets share."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from echoroom.refusals import NotAuthenticated


@dataclass(frozen=True, slots=True)
class Viewer:
    user_id: UUID | None
    participant_id: UUID | None
    event_id: UUID | None
    role: str = field(default="", kw_only=True)

    @property
    def seat_id(self) -> UUID:
        """The participant. Raises `NotAuthenticated` for who holds no seat."""
        if self.participant_id is None:
            raise NotAuthenticated
        return self.participant_id

    @property
    def entered_event_id(self) -> UUID:
        """The event of the seat. Raises `NotAuthenticated` for who holds none."""
        if self.event_id is None:
            raise NotAuthenticated
        return self.event_id

    @property
    def is_authenticated(self) -> bool:
        return self.user_id is not None or self.participant_id is not None


ANONYMOUS = Viewer(user_id=None, participant_id=None, event_id=None)


def anonymous() -> Viewer:
    """What REST framework calls for a request that names nobody."""
    return ANONYMOUS
