from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from echoroom import audit
from echoroom.api.models import ApiKey, IdempotencyRecord
from echoroom.refusals import Invalid

MARK = "er_"
SHOWN = 8
USE_NOTED_EVERY = timedelta(minutes=1)
ANSWERS_KEPT = timedelta(hours=24)
BATCH = 500


@transaction.atomic
def create_api_key(
    *,
    by: Any,
    name: str,
    scopes: Sequence[str],
    event_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """The key and its secret, which nobody can read again."""
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= set(ApiKey.Scope.values):
        raise Invalid("Choose the scopes of the key.", errors={"scopes": ["Choose at least one known scope."]})
    secret = MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name,
        prefix=secret[: len(MARK) + SHOWN],
        key_hash=_hash(secret),
        scopes=chosen,
        event_id=event_id,
        created_by_id=by.pk,
        expires_at=expires_at,
    )
    audit.record("api_key.created", by=by, target=key, event_id=event_id, scopes=chosen)
    return key, secret


@transaction.atomic
def revoke_api_key(*, by: Any, key: ApiKey) -> bool:
    """False when it was revoked already."""
    now = timezone.now()
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
        return False
    key.revoked_at = now
    audit.record("api_key.revoked", by=by, target=key, event_id=key.event_id)
    return True


def use_api_key(*, secret: str) -> ApiKey | None:
    """The usable key of this secret. A plain hash is enough: the secret has 256 random bits."""
    now = timezone.now()
    key = ApiKey.objects.filter(key_hash=_hash(secret)).usable(now).first()
    if key is not None and (key.last_used_at is None or key.last_used_at < now - USE_NOTED_EVERY):
        # Once a minute is precise enough, and spares a write on every read.
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def prune_idempotency_records(*, older_than: timedelta = ANSWERS_KEPT) -> int:
    """Forget old answers in short transactions; returns how many."""
    limit = timezone.now() - older_than
    removed = 0
    while batch := list(
        IdempotencyRecord.objects.filter(created_at__lt=limit)
        .order_by("created_at")
        .values_list("pk", flat=True)[:BATCH]
    ):
        removed += IdempotencyRecord.objects.filter(pk__in=batch).delete()[0]
    return removed


def forget_answers(*, by: None = None, person_id: UUID) -> None:
    """Of a person who is erased: an answer may hold what they had said of themselves."""
    IdempotencyRecord.objects.filter(person_id=person_id).delete()


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
