"""Practice bots: participants that are programs. They hold a seat like anybody, and enter without a code."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from echoroom import audit
from echoroom.accounts.services import create_guest
from echoroom.events.models import Participant, SeatDevice
from echoroom.events.secrets import hashed
from echoroom.viewer import Viewer

SALT = "echoroom.practice.seat"


@transaction.atomic
def create_bot(*, by: Viewer, name: str) -> Participant:
    """A bot in the event of whoever asks. Nobody is told that it entered: it counts nowhere."""
    bot = Participant.objects.create(
        event_id=by.entered_event_id,
        user=create_guest(by=None, name=name),
        name=name,
        occupation="Practice team-mate",
        languages=["en"],
        is_bot=True,
        consented_at=timezone.now(),
    )
    audit.record("participant.bot_made", by=by, target=bot, event_id=bot.event_id)
    return bot


def bot_token(*, participant_id: UUID) -> str:
    """The bot's seat token: derived, so that it is stored nowhere and any worker can act for the bot."""
    return salted_hmac(SALT, participant_id.hex, algorithm="sha256").hexdigest()


def seat_bots(*, participant_ids: list[UUID]) -> None:
    """Let these bots in by their tokens. Again each time they play: a new secret key makes new tokens."""
    digests = {pk: hashed(bot_token(participant_id=pk)) for pk in participant_ids}
    SeatDevice.objects.bulk_create(
        [SeatDevice(participant_id=pk, token_hash=digest) for pk, digest in digests.items()], ignore_conflicts=True
    )
