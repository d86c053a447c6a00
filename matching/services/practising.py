"""The clock of the practice bots: looks at their rooms and lets each bot do what is due, over the public API."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from echoroom.events.services.bots import bot_token
from matching.models import PracticeRoom
from matching.practice.api import Refused, SeatApi
from matching.practice.moves import next_move
from matching.selectors import bots_in, practice_due

logger = logging.getLogger(__name__)

MOST_ROOMS = 100
# Longer than a look takes: a room whose worker died is looked at again after this.
CLAIM = timedelta(seconds=30)
AFTER_AN_ERROR = timedelta(seconds=10)


def let_bots_act(*, by: None = None) -> int:
    """Let the bots of every room make the moves that are due, and return how many were made.

    Not one transaction: a bot's request is one of its own, like anybody's. A broken room stops no other.
    """
    made = 0
    for practice in practice_due(moment=timezone.now(), limit=MOST_ROOMS):
        claimed_until = timezone.now() + CLAIM
        if not _claim(practice, claimed_until):
            continue
        try:
            moves, look_at = _act_in(practice)
            made += moves
        except Exception:
            logger.exception("The bots could not play in room %s", practice.room_id)
            look_at = timezone.now() + AFTER_AN_ERROR
        PracticeRoom.objects.filter(pk=practice.pk, look_at=claimed_until).update(look_at=look_at)
    return made


def _claim(practice: PracticeRoom, until: datetime) -> bool:
    # By the time that was read: of two workers that found the room due at once, the second changes no row.
    return bool(PracticeRoom.objects.filter(pk=practice.pk, look_at=practice.look_at).update(look_at=until))


def _act_in(practice: PracticeRoom) -> tuple[int, datetime | None]:
    """How many moves were made, and when to look again."""
    made, look_at = 0, timezone.now()
    bots = bots_in(room_id=practice.room_id)
    for bot in bots:
        try:
            made += _act(practice, bot, is_first=bot == bots[0])
        except Refused as refusal:
            # A person or the clock was faster: the next look sees the room as it is by then.
            logger.info("A bot in room %s was refused: %s", practice.room_id, refusal)
            if refusal.retry_after:
                # One more: at its very end the window still counts what filled it.
                look_at = max(look_at, timezone.now() + timedelta(seconds=refusal.retry_after + 1))
    return made, look_at if bots else None


def _act(practice: PracticeRoom, bot: UUID, *, is_first: bool) -> int:
    with SeatApi(token=bot_token(participant_id=bot)) as api:
        view = api.room(practice.room.code)
        move = next_move(view, bot=bot, is_first=is_first, asked_at=practice.asked_at, now=timezone.now())
        if move is None:
            return 0
        api.make(move)
        return 1
