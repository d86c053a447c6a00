"""Somebody does not want to be teamed with somebody.

Nothing here is announced, audited or logged: whoever is blocked never learns of it, and neither does anybody else. The
journal of a tick names pairs that must not meet by ticket number, since it could not be run again without them; no page
shows them.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from echoroom.events.models import Participant
from echoroom.viewer import Viewer
from matching.errors import ThatIsYou, TooManyBlocks
from matching.models import Block
from matching.selectors.blocks import person_to_block

# A list that keeps bad company away, not one that chooses the good: in a small event the matcher must find a team.
MOST_BLOCKS = 50


@transaction.atomic
def block(*, by: Viewer, participant_id: UUID) -> None:
    """Not in my team again. Saying it twice is the same success.

    Raises `ThatIsYou`, `PersonNotFound` for who is not of this event, and `TooManyBlocks`.
    """
    if participant_id == by.seat_id:
        raise ThatIsYou
    person = person_to_block(viewer=by, participant_id=participant_id)
    # The blocker's own row: two blocks at once must not both be the fiftieth.
    Participant.objects.select_for_update(no_key=True).get(pk=by.seat_id)
    mine = Block.objects.filter(blocker_id=by.seat_id)
    if mine.filter(blocked=person).exists():
        return
    if mine.count() >= MOST_BLOCKS:
        raise TooManyBlocks
    Block.objects.create(blocker_id=by.seat_id, blocked=person, created_at=timezone.now())


@transaction.atomic
def unblock(*, by: Viewer, participant_id: UUID) -> None:
    """Take somebody back. Without a block this is a success too; raises `PersonNotFound`."""
    mine = Block.objects.filter(blocker_id=by.seat_id, blocked_id=participant_id)
    if not mine.exists():
        person_to_block(viewer=by, participant_id=participant_id)
    else:
        mine.delete()
