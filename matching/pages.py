"""The waiting page in words and rings, and the page of a party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from echoroom.viewer import Viewer
from matching.forecast.words import how_long
from matching.models import MOST_MEMBERS, Ticket
from matching.selectors import QueueStatus, WaitingFor
from matching.selectors.company import PartyView
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
    `mates` are the names of those with whom they are in the party that queued.
    """

    state: str
    quest_id: UUID | None
    quest_title: str
    position: int
    waiting: int
    team_size: int
    may_be_smaller: bool
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
    mates: Sequence[str]
    etag_text: str

    @property
    def etag(self) -> str:
        return f'"{self.etag_text}"'


def state_of(status: QueueStatus, playing: str | None) -> str:
    """The ticket's state, or `over` once the room that it led to is behind the person."""
    return "over" if status.state == Ticket.State.MATCHED and playing is None else status.state


def waiting_page(
    viewer: Viewer,
    status: QueueStatus,
    playing: str | None,
    *,
    elsewhere: Sequence[Elsewhere] = (),
    mates: Sequence[str] = (),
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
        may_be_smaller=status.may_be_smaller,
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
        mates=mates,
        etag_text=f"{state}.{status.quest_id}.{position}.{waiting}.{_told(status, mates)}.{viewer.participant_id}",
    )


def _seconds_since(moment: datetime) -> int:
    return max(0, int((timezone.now() - moment).total_seconds()))


def _told(status: QueueStatus, mates: Sequence[str]) -> str:
    """Changes with whatever the page says about the wait."""
    said = (status.forecast, status.cannot_say, status.why, status.relaxed, *mates)
    return sha256(repr(said).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class PartyShown:
    """What the page of a party shows. `link` leads others to its code; empty when nobody can come in."""

    stage: str
    party: PartyView | None
    waiting: WaitingFor | None
    free: int
    link: str
    etag_text: str

    @property
    def etag(self) -> str:
        return f'"{self.etag_text}"'


def party_page(viewer: Viewer, party: PartyView | None, waiting: WaitingFor | None) -> PartyShown:
    """`stage` is `alone`, `together` or `waiting`; `waiting` here is the queue in which somebody alone waits."""
    stage = "alone" if party is None else "waiting" if party.waits else "together"
    free = MOST_MEMBERS - len(party.mates) if party else 0
    shown = repr((stage, party, waiting and waiting.quest_title, viewer.participant_id))
    return PartyShown(
        stage=stage,
        party=party,
        waiting=waiting,
        free=free,
        link=party_link(party.code) if party and free and not party.waits else "",
        etag_text=sha256(shown.encode()).hexdigest()[:20],
    )


def party_link(code: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('party')}?code={code}"


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
