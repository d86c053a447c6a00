from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Model

from echoroom.audit.correlation import request_id
from echoroom.bulk import insert_rows

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
    entry = _act(action, by)
    line = Line(event_id, target, ids)
    return _model().objects.create(**entry, **{name: of(line) for name, of in COLUMNS.items()})


def record_each(action: str, *, by: Person | Seated | None, lines: Sequence[Line]) -> None:
    """The same for one act on several targets or in several events: all lines are written by one statement."""
    entry = _act(action, by)
    if lines:
        insert_rows(_model(), {name: [of(line) for line in lines] for name, of in COLUMNS.items()}, **entry)


def _model() -> type[AuditEntry]:
    model: type[AuditEntry] = apps.get_model("audit", "AuditEntry")
    return model


def _act(action: str, by: Person | Seated | None) -> dict[str, Any]:
    """What all lines of one act have in common."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"audit.record({action!r}) must run inside the transaction of what it records.")
    if not ACTION.fullmatch(action):
        raise ValueError(f"{action!r} is not an action: write it like 'room.closed'.")
    actor_id, actor_kind = _actor(by)
    return {"action": action, "actor_id": actor_id, "actor_kind": actor_kind, "request_id": request_id.get()}


# What each line has for itself.
COLUMNS: dict[str, Callable[[Line], Any]] = {
    "event_id": lambda line: line.event_id,
    "target_type": lambda line: line.target._meta.label_lower if line.target is not None else "",
    "target_id": lambda line: str(line.target.pk) if line.target is not None else "",
    "ids": lambda line: {name: _admissible(name, value) for name, value in line.ids.items()},
}


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
