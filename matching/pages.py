"""The waiting page in words and rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils import timezone

from echoroom.viewer import Viewer
from matching.forecast.words import how_long
from matching.models import Ticket
from matching.selectors import QueueStatus
from matching.selectors.elsewhere import Elsewhere

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
    """What the page shows. `room` is set once the person sits in one.

    `usually` is the forecast in words, empty where there is none: then `cannot_say` tells why. `late_in`: in so many
    seconds the wait is longer than nine in ten, None without a forecast. `elsewhere` is for who waits no longer.
    """

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
    usually: str
    cannot_say: str
    why: str
    relaxed: str
    held: bool
    late_in: int | None
    elsewhere: Sequence[Elsewhere]
    etag_text: str

    @property
    def etag(self) -> str:
        return f'"{self.etag_text}"'


def state_of(status: QueueStatus, playing: str | None) -> str:
    """The ticket's state, or `over` once the room that it led to is behind the person."""
    return "over" if status.state == Ticket.State.MATCHED and playing is None else status.state


def waiting_page(
    viewer: Viewer, status: QueueStatus, playing: str | None, elsewhere: Sequence[Elsewhere] = ()
) -> Waiting:
    state = state_of(status, playing)
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
        seconds=_seconds_since(since),
        rings=_rings(shown, waiting, min(position, MOST_RINGS)),
        room=playing or "",
        practice=status.practice,
        usually=how_long(status.forecast) if status.forecast else "",
        cannot_say=status.cannot_say,
        why=status.why,
        relaxed=status.relaxed,
        held=status.held,
        late_in=status.forecast.p90 - _seconds_since(status.joined or since) if status.forecast else None,
        elsewhere=elsewhere,
        etag_text=f"{state}.{status.quest_id}.{position}.{waiting}.{_told(status)}.{viewer.participant_id}",
    )


def _seconds_since(moment: datetime) -> int:
    return max(0, int((timezone.now() - moment).total_seconds()))


def _told(status: QueueStatus) -> str:
    """Changes with whatever the page says about the wait."""
    return sha256(repr((status.forecast, status.cannot_say, status.why, status.relaxed)).encode()).hexdigest()[:12]


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
