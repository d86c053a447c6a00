"""`Idempotency-Key`: the same request twice takes effect once and gets the same answer.

The claim is committed before the work, so that a second request meets it and does not wait. The effect and
its stored answer then commit together: a process that dies in between leaves neither, and a retry may safely
take over."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
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


class _LostClaimError(Exception):
    """Somebody took over while we worked; our effect must not stay."""


def once(request: HttpRequest, *, person_id: UUID, handle: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """`handle` must turn its own exceptions into responses. 500 and above, and 429, are not kept."""
    key = request.META["HTTP_IDEMPOTENCY_KEY"]
    if not KEY.fullmatch(key):
        raise IdempotencyKeyInvalid
    claimed = _claim(person_id=person_id, route=_route(request), key=key, body_hash=_hash(request))
    if claimed.status is not None:
        return _replay(claimed)
    try:
        with transaction.atomic():
            response = handle()
            broken = transaction.get_connection().needs_rollback
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif not broken and _is_kept(response):
                _store(claimed, response)
    except _LostClaimError:
        raise IdempotencyInFlight(retry_after=1) from None
    except BaseException:
        _release(claimed)
        raise
    if not _is_kept(response):
        _release(claimed)
    elif broken:
        # The refusal took the transaction with it, so there is no effect to be stored together with.
        _store(claimed, response)
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


def _store(claimed: IdempotencyRecord, response: HttpResponseBase) -> None:
    if not isinstance(response, HttpResponse):
        raise TypeError("A streamed answer cannot be repeated: set idempotent = False on the view.")
    stored = IdempotencyRecord.objects.filter(pk=claimed.pk, claim=claimed.claim).update(
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=response.content,
    )
    if not stored:
        raise _LostClaimError


def _release(claimed: IdempotencyRecord) -> None:
    IdempotencyRecord.objects.filter(pk=claimed.pk, claim=claimed.claim, status=None).delete()


def _replay(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(bytes(record.body), status=record.status, headers=record.headers)
    response.headers[REPLAYED] = "true"
    return response


def _is_kept(response: HttpResponseBase) -> bool:
    # "Too often" is true now and false in a minute.
    return response.status_code < 500 and response.status_code != 429


def _route(request: HttpRequest) -> str:
    route = f"{request.method} {request.path}"
    return route if len(route) <= 200 else f"{route[:135]} {sha256(route.encode()).hexdigest()}"


def _hash(request: HttpRequest) -> str:
    return sha256(request.META.get("QUERY_STRING", "").encode() + b"\n" + read_body(request)).hexdigest()
