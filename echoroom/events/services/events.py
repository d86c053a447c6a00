"""What organisers and admins do with events and their codes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from echoroom import audit
from echoroom.accounts.models import User
from echoroom.events.errors import CodeTaken
from echoroom.events.models import Event, EventCode, EventOrganiser
from echoroom.refusals import Invalid

# Without the letters and digits that people mix up when they read a wall.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
MOST_CODES = 100


@transaction.atomic
def create_event(*, by: User | None, name: str, organisers: list[User] | None = None, **fields: object) -> Event:
    event = Event(name=name, **fields)
    event.full_clean()
    event.save(force_insert=True)
    for organiser in organisers or ([by] if by else []):
        EventOrganiser.objects.create(event=event, user=organiser)
    audit.record("event.created", by=by, target=event, event_id=event.pk)
    return event


@transaction.atomic
def update_event(*, by: User, event_id: UUID, changes: Mapping[str, object]) -> Event:
    """Change the named fields of an event. Raises `ValidationError` for what does not fit."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    new = {field: value for field, value in changes.items() if getattr(event, field) != value}
    if new:
        for field, value in new.items():
            setattr(event, field, value)
        event.full_clean()
        event.save(update_fields=list(new))
        audit.record("event.changed", by=by, target=event, event_id=event.pk, fields=sorted(new))
    return event


@transaction.atomic
def set_organisers(*, by: User | None, event_id: UUID, organisers: Iterable[User]) -> None:
    """Exactly these people run the event from now on."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    wanted = {organiser.pk for organiser in organisers}
    known = set(event.organisers.values_list("user_id", flat=True))
    if wanted == known:
        return
    event.organisers.exclude(user_id__in=wanted).delete()
    EventOrganiser.objects.bulk_create(EventOrganiser(event=event, user_id=pk) for pk in wanted - known)
    audit.record(
        "event.organisers_changed",
        by=by,
        target=event,
        event_id=event.pk,
        added=sorted(map(str, wanted - known)),
        removed=sorted(map(str, known - wanted)),
    )


@transaction.atomic
def add_organiser(*, by: User | None, event_id: UUID, organiser: User) -> None:
    """One more person runs the event. Adding somebody twice is the same success."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    _, is_new = EventOrganiser.objects.get_or_create(event=event, user=organiser)
    if is_new:
        audit.record("event.organiser_added", by=by, target=event, event_id=event.pk, organiser_id=organiser.pk)


@transaction.atomic
def create_code(
    *, by: User | None, event: Event, code: str, max_uses: int | None = None, expires_at: datetime | None = None
) -> EventCode:
    """A code of the organiser's own wording. Raises `CodeTaken`, `ValidationError` for a malformed one."""
    made = EventCode(event=event, code=code.strip().upper(), max_uses=max_uses, expires_at=expires_at)
    made.clean_fields()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken from error
    audit.record("code.created", by=by, target=made, event_id=event.pk)
    return made


@transaction.atomic
def generate_codes(
    *, by: User | None, event: Event, count: int, prefix: str = "", max_uses: int | None = None
) -> list[EventCode]:
    """1 to 100 random codes, each `PREFIX-XXXXXX`."""
    if not 1 <= count <= MOST_CODES:
        raise Invalid(f"Choose between 1 and {MOST_CODES} codes.")
    lead = f"{prefix.strip().upper()}-" if prefix.strip() else ""
    made = [
        EventCode(event=event, kind=EventCode.Kind.GENERATED, max_uses=max_uses, code=lead + _random_word())
        for _ in range(count)
    ]
    for code in made:
        code.clean_fields()
    EventCode.objects.bulk_create(made)
    audit.record("code.generated", by=by, target=event, event_id=event.pk, count=count)
    return made


@transaction.atomic
def set_code_active(*, by: User, code_id: int, active: bool) -> None:
    code = EventCode.objects.select_for_update().get(pk=code_id)
    if code.is_active == active:
        return
    code.is_active = active
    code.save(update_fields=["is_active"])
    audit.record("code.activated" if active else "code.deactivated", by=by, target=code, event_id=code.event_id)


@transaction.atomic
def update_code(*, by: User, code_id: int, max_uses: int | None, expires_at: datetime | None) -> EventCode:
    """Change how often and how long a code lets in. Raises `Invalid` for fewer uses than it has had."""
    code = EventCode.objects.select_for_update().get(pk=code_id)
    if max_uses is not None and max_uses < code.uses:
        raise Invalid(f"{code.code} has let in {code.uses} people already: allow at least as many.")
    code.max_uses, code.expires_at = max_uses, expires_at
    code.save(update_fields=["max_uses", "expires_at"])
    audit.record("code.changed", by=by, target=code, event_id=code.event_id, max_uses=max_uses)
    return code


@transaction.atomic
def delete_code(*, by: User, code_id: int) -> None:
    """The people it let in stay. Deleting a code twice is the same success."""
    code = EventCode.objects.select_for_update().filter(pk=code_id).first()
    if code is not None:
        audit.record("code.deleted", by=by, target=code, event_id=code.event_id, uses=code.uses)
        code.delete()


@transaction.atomic
def close_event(*, by: User, event_id: UUID) -> None:
    """Let nobody in any more. Rooms that are being played go on to their end."""
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    now = timezone.now()
    if event.opens_at >= now:
        raise Invalid("This event has not opened yet, so nobody can enter. Change when it opens instead.")
    if event.closes_at is None or event.closes_at > now:
        event.closes_at = now
        event.save(update_fields=["closes_at"])
        audit.record("event.closed", by=by, target=event, event_id=event.pk)


@transaction.atomic
def reopen_event(*, by: User, event_id: UUID) -> None:
    event = Event.objects.select_for_update(no_key=True).get(pk=event_id)
    if event.closes_at is not None:
        event.closes_at = None
        event.save(update_fields=["closes_at"])
        audit.record("event.reopened", by=by, target=event, event_id=event.pk)


def _random_word(length: int = 6) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
