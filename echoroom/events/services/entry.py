"""How people get in: by the code on the wall or by the link in the QR code."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from echoroom import audit, limits
from echoroom.accounts.services import create_guest
from echoroom.events.domain_events import ParticipantEntered
from echoroom.events.errors import CodeInvalid, LinkInvalid
from echoroom.events.models import EventCode, EventCodeQuerySet, Participant
from echoroom.outbox import publish
from echoroom.refusals import Refusal
from echoroom.viewer import Viewer

HAS_USES_LEFT = Q(max_uses=None) | Q(uses__lt=F("max_uses"))
LINK_LETS_NOBODY_IN = "This join link lets nobody in any more. Scan the code on the wall again, or ask an organiser."


@dataclass(frozen=True, slots=True)
class Entry:
    participant: Participant
    is_new: bool


def enter_with_code(*, by: Viewer, code: str, address: str) -> Entry:
    """Let a person in by a typed code. Raises `CodeInvalid`, and `RateLimited` after too many wrong ones."""
    limits.ensure("code_entry_failure", address)
    try:
        with transaction.atomic():
            # Codes hold no spaces; people and keyboards put some in.
            entered = _enter(by, EventCode.objects.filter(code="".join(code.split()).upper()), CodeInvalid())
            # Asked again: of many codes tried at once no more may be answered than of as many in a row.
            limits.ensure("code_entry_failure", address)
            return entered
    except CodeInvalid:
        limits.check("code_entry_failure", address)
        raise


@transaction.atomic
def enter_with_link(*, by: Viewer, token: str) -> Entry:
    """Let a person in by the join link, which nobody can guess and which is therefore never limited."""
    return _enter(by, EventCode.objects.filter(link_token=token), LinkInvalid(LINK_LETS_NOBODY_IN))


def _enter(by: Viewer, codes: EventCodeQuerySet, refusal: Refusal) -> Entry:
    code_id, event_id = codes.values_list("pk", "event_id").first() or (0, None)
    usable = EventCode.objects.usable(timezone.now()).filter(pk=code_id)
    if by.participant_id and by.event_id == event_id:
        mine = Participant.objects.get(pk=by.participant_id)
        # Typed again after a refresh: the same seat, and no use of the code. A code that lets nobody in any more finds
        # it only for whom it let in; to all others it says what a wrong one says.
        if mine.code_id == code_id or usable.filter(HAS_USES_LEFT).exists():
            return Entry(mine, is_new=False)
    # Counted and checked in one statement: 200 people at a code with 10 uses left make 10 entries. It also runs for a
    # code that does not exist, so that the answer takes as long. `usable` joins the event and so becomes a subquery,
    # which PostgreSQL does not ask again after waiting for another entry: the uses must be asked of the row itself.
    let_in = EventCode.objects.filter(HAS_USES_LEFT, pk__in=usable.values("pk")).update(uses=F("uses") + 1)
    if not let_in or event_id is None:
        raise refusal
    guest = create_guest(by=None, name="Guest")
    participant = Participant.objects.create(event_id=event_id, user=guest, code_id=code_id)
    audit.record("participant.entered", by=guest, target=participant, event_id=event_id, code_id=code_id)
    publish(ParticipantEntered(participant_id=participant.pk))
    return Entry(participant, is_new=True)
