"""The waiting page in words and rings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from echoroom.viewer import Viewer
from matching.models import Ticket
from matching.selectors import QueueStatus

# More rings than this are told by the number alone.
MOST_RINGS = 12
# The drawing is 400 units wide; the core takes the middle.
CORE, EDGE = 22.0, 196.0


@dataclass(frozen=True, slots=True)
class Ring:
    number: int
    radius: float
    look: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the page shows. `room` is set once the person sits in one."""

    state: str
    quest_id: UUID | None
    quest_title: str
    position: int
    waiting: int
    team_size: int
    seconds: int
    rings: list[Ring]
    room: str
    practice: bool
    etag_text: str

    @property
    def etag(self) -> str:
        return f'"{self.etag_text}"'


def waiting_page(viewer: Viewer, status: QueueStatus, playing: str | None) -> Waiting:
    state = status.state
    if state == Ticket.State.MATCHED and playing is None:
        state = "over"
    position, waiting = status.position or 0, status.waiting or 0
    since = status.since or timezone.now()
    shown = min(max(waiting, status.team_size), MOST_RINGS) if state == Ticket.State.WAITING else 0
    return Waiting(
        state=state,
        quest_id=status.quest_id,
        quest_title=status.quest_title,
        position=position,
        waiting=waiting,
        team_size=status.team_size,
        seconds=max(0, int((timezone.now() - since).total_seconds())),
        rings=_rings(shown, waiting, min(position, MOST_RINGS)),
        room=playing or "",
        practice=status.practice,
        etag_text=f"{state}.{status.quest_id}.{position}.{waiting}.{viewer.participant_id}",
    )


def _rings(shown: int, waiting: int, position: int) -> list[Ring]:
    """One ring for everybody who waits, the first in the middle; dashed ones for the seats of a team still free."""
    step = (EDGE - CORE) / max(shown, 1)
    return [
        Ring(
            number,
            round(CORE + step * number, 1),
            "yours" if number == position else "" if number <= waiting else "missing",
        )
        for number in range(1, shown + 1)
    ]
