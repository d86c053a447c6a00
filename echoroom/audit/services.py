from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from echoroom.audit.correlation import request_id

if TYPE_CHECKING:
    from echoroom.audit.models import AuditEntry

ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
# A code or an id. No spaces and no "@": neither a sentence nor an address gets in.
CODE = re.compile(r"[A-Za-z0-9_.:\-]{1,64}")
MAX_LIST = 200


class Person(Protocol):
    """A `User`: whoever has a primary key and is staff or not."""

    @property
    def pk(self) -> Any: ...

    @property
    def is_staff(self) -> bool: ...


class Seated(Protocol):
    """A `Viewer`."""

    @property
    def user_id(self) -> UUID | None: ...

    @property
    def participant_id(self) -> UUID | None: ...


class Line(NamedTuple):
    """What one of several entries about the same act says."""

    event_id: UUID | None
    target: Model | None
    ids: Mapping[str, object]


def record(
    action: str,
    *,
    by: Person | Seated | None,
    target: Model | None = None,
    event_id: UUID | None = None,
    **ids: object,
) -> AuditEntry:
    """Write one line inside the caller's transaction, so that the act and its record stand or fall together.

    `by=None` is the system. `ids` takes ids, numbers, booleans, short codes and lists of them: names and
    texts are refused, because the journal outlives the person."""
    (entry,) = record_each(action, by=by, lines=[Line(event_id, target, ids)])
    return entry


def record_each(action: str, *, by: Person | Seated | None, lines: Sequence[Line]) -> list[AuditEntry]:
    """The same for one act on several targets or in several events: all lines are written by one statement."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"audit.record({action!r}) must run inside the transaction of what it records.")
    if not ACTION.fullmatch(action):
        raise ValueError(f"{action!r} is not an action: write it like 'room.closed'.")
    model: type[AuditEntry] = apps.get_model("audit", "AuditEntry")
    actor_id, actor_kind = _actor(by)
    request = request_id.get()
    entries = [
        model(
            action=action,
            actor_id=actor_id,
            actor_kind=actor_kind,
            target_type=line.target._meta.label_lower if line.target is not None else "",
            target_id=str(line.target.pk) if line.target is not None else "",
            event_id=line.event_id,
            ids={name: _admissible(name, value) for name, value in line.ids.items()},
            request_id=request,
        )
        for line in lines
    ]
    return model.objects.bulk_create(entries)


def _actor(by: Person | Seated | None) -> tuple[UUID | None, str]:
    if by is None:
        return None, "system"
    if key_id := getattr(by, "key_id", None):
        return key_id, "key"
    actor_id = getattr(by, "pk", None) or getattr(by, "participant_id", None) or getattr(by, "user_id", None)
    if actor_id is None:
        raise ValueError("Nobody in particular cannot be the actor: pass by=None for the system.")
    return actor_id, "staff" if getattr(by, "is_staff", False) else "person"


def _admissible(name: str, value: object) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str) and CODE.fullmatch(value):
        return str(value)
    if isinstance(value, (list, tuple)) and len(value) <= MAX_LIST:
        return [_admissible(name, item) for item in value]
    raise ValueError(f"{name}={type(value).__name__} is not an id, a number, a boolean or a short code.")
