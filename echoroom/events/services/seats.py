"""Which devices may act for a participant, and how another device takes the seat over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from echoroom import audit, limits
from echoroom.events.errors import LinkInvalid
from echoroom.events.models import Participant, PersonalLink, SeatDevice
from echoroom.events.secrets import hashed, new_token, repeatable_token
from echoroom.events.services.news import tell
from echoroom.refusals import NotAuthenticated
from echoroom.viewer import Viewer

TOKEN_CACHE_SECONDS = 300
REVOKED = "revoked"


def seat_of(participant: Participant) -> Viewer:
    return Viewer(
        user_id=participant.user_id, participant_id=participant.pk, event_id=participant.event_id, role="player"
    )


def issue_token(*, by: Viewer, repeatable_with: str = "") -> str:
    """A bearer token for an API client; only its hash is stored. With a key it can be told again."""
    token = repeatable_token(key=repeatable_with) if repeatable_with else new_token()
    _register(by, SeatDevice.Kind.CLIENT, hashed(token))
    return token


def register_browser(*, by: Viewer) -> str:
    """What a browser's session keeps instead of a token: it names the device, and opens nothing elsewhere."""
    digest = hashed(new_token())
    _register(by, SeatDevice.Kind.BROWSER, digest)
    return digest


@transaction.atomic
def _register(by: Viewer, kind: SeatDevice.Kind, digest: str) -> None:
    hold_person(by=by)
    SeatDevice.objects.create(participant_id=by.seat_id, kind=kind, token_hash=digest)
    ids = (by.user_id, by.participant_id, by.event_id)
    transaction.on_commit(lambda: cache.add(_cache_key(digest), ids, TOKEN_CACHE_SECONDS))


def seat_by_token(token: str) -> Viewer | None:
    """Whom a client's token stands for."""
    return seat_of_device(hashed(token))


def seat_of_device(digest: str) -> Viewer | None:
    """Whose device this is: one cache read, the database when the cache does not know."""
    known = cache.get(_cache_key(digest))
    if known is None:
        known = _seat_from_database(digest)
        # add, not set: a revocation that came in between has left its mark and wins. A cache that just failed has
        # none to show, and that signs nobody out: then the database is asked again.
        if known != REVOKED and not cache.add(_cache_key(digest), known, TOKEN_CACHE_SECONDS):
            known = cache.get(_cache_key(digest)) or _seat_from_database(digest)
    return None if known == REVOKED else Viewer(*known, role="player")


def was_taken_over(*, device: str) -> bool:
    """Whether this device lost its seat to another one by a personal link. An unknown device lost nothing."""
    taken = SeatDevice.objects.filter(token_hash=device, revoke_reason=SeatDevice.RevokeReason.TAKEN_OVER)
    return taken.exists()


def _seat_from_database(digest: str) -> Any:
    row = (
        SeatDevice.objects.filter(token_hash=digest, revoked_at=None)
        .values_list("participant__user_id", "participant_id", "participant__event_id")
        .first()
    )
    return row or REVOKED


def _cache_key(digest: str) -> str:
    return f"seat:{digest}"


@transaction.atomic
def make_personal_link(*, by: Viewer) -> str:
    """A fresh link to this seat; the one before stops working."""
    token = new_token()
    PersonalLink.objects.update_or_create(
        participant_id=by.seat_id, defaults={"token_hash": hashed(token), "created_at": timezone.now()}
    )
    hold_person(by=by)
    return f"{settings.PUBLIC_URL}/seat/{token}"


@transaction.atomic
def take_over(*, by: Viewer, token: str, address: str) -> Participant:
    """Give the seat to the device that holds the link; the others are signed out.

    Raises `LinkInvalid`, and `RateLimited` after too many of those. A link that works is neither counted nor refused:
    a whole conference may share one address, with somebody in it who guesses.
    """
    oldest = timezone.now() - PersonalLink.LIFETIME
    link = PersonalLink.objects.select_for_update().filter(token_hash=hashed(token), created_at__gt=oldest).first()
    if link is None:
        limits.check("personal_link_failure", address)
        raise LinkInvalid
    participant = Participant.objects.select_related("user").get(pk=link.participant_id)
    link.delete()
    if by.participant_id != participant.pk:
        revoke_devices(by=by, participant_id=participant.pk)
        audit.record("seat.taken_over", by=seat_of(participant), target=participant, event_id=participant.event_id)
        tell([participant.pk], kind="seat_taken_over")
    return participant


def revoke_devices(*, by: Viewer, participant_id: UUID) -> None:
    """Sign every device of a seat out, at once and for good, because another one takes the seat over."""
    devices = SeatDevice.objects.filter(participant_id=participant_id, revoked_at=None)
    digests = list(devices.values_list("token_hash", flat=True))
    devices.update(revoked_at=timezone.now(), revoke_reason=SeatDevice.RevokeReason.TAKEN_OVER)
    transaction.on_commit(lambda: _mark_revoked(digests))


def hold_person(*, by: Viewer) -> None:
    """Keep somebody from being erased until the transaction ends. Raises `NotAuthenticated` for who is already.

    For what would outlive them: a request may have been let in just before. People are locked last.
    """
    held = Participant.objects.select_for_update(no_key=True).filter(pk=by.seat_id).values_list("erased_at")
    if any(erased_at for (erased_at,) in held):
        raise NotAuthenticated


def forget_personal_link(*, participant_id: UUID) -> None:
    PersonalLink.objects.filter(participant_id=participant_id).delete()


def forget_devices(*, participant_id: UUID) -> None:
    """Nothing opens this seat any more, and nothing is kept of what did."""
    devices = SeatDevice.objects.filter(participant_id=participant_id)
    digests = list(devices.values_list("token_hash", flat=True))
    devices.delete()
    transaction.on_commit(lambda: _mark_revoked(digests))


def sign_out(*, by: Viewer, device: str) -> None:
    """End one device, named by its token's hash; the seat stays and the personal link opens it again."""
    mine = SeatDevice.objects.filter(participant_id=by.seat_id, token_hash=device, revoked_at=None)
    if mine.update(revoked_at=timezone.now(), revoke_reason=SeatDevice.RevokeReason.SIGNED_OUT):
        transaction.on_commit(lambda: _mark_revoked([device]))


def _mark_revoked(digests: list[str]) -> None:
    for digest in digests:
        cache.set(_cache_key(digest), REVOKED, TOKEN_CACHE_SECONDS * 2)
