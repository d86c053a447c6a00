"""`Idempotency-Key`: the same request twice takes effect once and gets the same answer.

The claim is committed before the work, so that a second request meets it and does not wait. The effect and
its stored answer then commit together: a process that dies in between leaves neither, and a retry may safely
take over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from echoroom.api.errors import IdempotencyInFlight, IdempotencyKeyInvalid, IdempotencyKeyReused
from echoroom.api.models import IdempotencyRecord
from echoroom.api.parsers import read_body
from echoroom.api.services import ANSWERS_KEPT

KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")
# Longer than any request is allowed to take: after this its process is dead.
LEASE = timedelta(seconds=60)
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control")
REPLAYED = "Idempotent-Replay"


def _as_it_is(body: bytes) -> bytes:
    return body


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is kept under a key. An answer with a secret is kept without it, and gets it back when it is repeated."""

    key: str
    seal: Callable[[bytes], bytes] = _as_it_is
    unseal: Callable[[bytes], bytes] = _as_it_is
    refusals: bool = True


class _LostClaimError(Exception):
    """Somebody took over while we worked; our effect must not stay."""


def key_of(request: HttpRequest, *, least: int = 1) -> str:
    """The key that a request carries; raises `IdempotencyKeyInvalid`."""
    key: str = request.META["HTTP_IDEMPOTENCY_KEY"]
    if not KEY.fullmatch(key):
        raise IdempotencyKeyInvalid
    if len(key) < least:
        raise IdempotencyKeyInvalid(f"Send at least {least} random characters, such as a UUID.")
    return key


def once(
    request: HttpRequest, *, person_id: UUID, keeping: Keeping, handle: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """`handle` must turn its own exceptions into responses. 500 and above, and 429, are not kept."""
    claimed = _claim(person_id=person_id, route=_route(request), key=keeping.key, body_hash=_hash(request))
    if claimed.status is not None:
        return _replay(claimed, keeping)
    try:
        with transaction.atomic():
            response = handle()
            broken = transaction.get_connection().needs_rollback
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif not broken and _is_kept(response, keeping):
                _store(claimed, response, keeping)
    except _LostClaimError:
        raise IdempotencyInFlight(retry_after=1) from None
    except BaseException:
        _release(claimed)
        raise
    if not _is_kept(response, keeping):
        _release(claimed)
    elif broken:
        # The refusal took the transaction with it, so there is no effect to be stored together with.
        _store(claimed, response, keeping)
    return response


def _claim(*, person_id: UUID, route: str, key: str, body_hash: str) -> IdempotencyRecord:
    """Our new claim (`status` None), or the answered record of an earlier request."""
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(person_id=person_id, route=route, key=key, body_hash=body_hash)
    except IntegrityError:
        pass
    now = timezone.now()
    same = IdempotencyRecord.objects.filter(person_id=person_id, route=route, key=key)
    found = same.first()
    if found is None:
        # Its request failed and gave the claim up between our two statements.
        raise IdempotencyInFlight(retry_after=1)
    expired = found.created_at < now - ANSWERS_KEPT
    if not expired and found.body_hash != body_hash:
        raise IdempotencyKeyReused
    if not expired and found.status is not None:
        return found
    if not expired and found.created_at > now - LEASE:
        raise IdempotencyInFlight(retry_after=1)
    claim = uuid.uuid4()
    taken = same.filter(claim=found.claim, status=found.status).update(
        claim=claim, status=None, body_hash=body_hash, created_at=now
    )
    if not taken:
        raise IdempotencyInFlight(retry_after=1)
    found.claim, found.status = claim, None
    return found


def _store(claimed: IdempotencyRecord, response: HttpResponseBase, keeping: Keeping) -> None:
    if not isinstance(response, HttpResponse):
        raise TypeError("A streamed answer cannot be repeated: set idempotent = False on the view.")
    stored = IdempotencyRecord.objects.filter(pk=claimed.pk, claim=claimed.claim).update(
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=keeping.seal(response.content) if response.status_code < 400 else response.content,
    )
    if not stored:
        raise _LostClaimError


def _release(claimed: IdempotencyRecord) -> None:
    IdempotencyRecord.objects.filter(pk=claimed.pk, claim=claimed.claim, status=None).delete()


def _replay(record: IdempotencyRecord, keeping: Keeping) -> HttpResponse:
    assert record.status is not None
    body = bytes(record.body)
    content = keeping.unseal(body) if record.status < 400 else body
    response = HttpResponse(content, status=record.status, headers=record.headers)
    response.headers[REPLAYED] = "true"
    return response


def _is_kept(response: HttpResponseBase, keeping: Keeping) -> bool:
    # "Too often" is true now and false in a minute.
    return response.status_code < (500 if keeping.refusals else 400) and response.status_code != 429


def _route(request: HttpRequest) -> str:
    route = f"{request.method} {request.path}"
    return route if len(route) <= 200 else f"{route[:135]} {sha256(route.encode()).hexdigest()}"


def _hash(request: HttpRequest) -> str:
    return sha256(request.META.get("QUERY_STRING", "").encode() + b"\n" + read_body(request)).hexdigest()
