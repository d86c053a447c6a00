from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from echoroom import audit
from echoroom.accounts.errors import EmailTaken, OwnRights, WeakPassword
from echoroom.accounts.models import User


def create_guest(*, by: User | None, name: str) -> User:
    """A person who entered by a code: no e-mail, no password. `by` is None when people let themselves in."""
    guest = User(name=name)
    guest.set_unusable_password()
    guest.save(force_insert=True)
    return guest


def erase_guest(*, by: User, user_id: UUID, name: str) -> None:
    """Empty the account of somebody who is erased, and let nobody in with it. Staff who play keep theirs."""
    User.objects.filter(pk=user_id, role=User.Role.PLAYER).update(
        name=name, email=None, password=make_password(None), is_active=False
    )


@transaction.atomic
def create_staff(*, by: User | None, email: str, name: str, password: str, role: User.Role) -> User:
    """Make an organiser, admin or on-call account. Raises `WeakPassword` or `EmailTaken`."""
    user = User(email=email.strip().lower(), name=name, role=role)
    _set_password(user, password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise EmailTaken from error
    audit.record("staff.created", by=by, target=user, role=role.value)
    return user


@transaction.atomic
def update_staff(*, by: User, user_id: UUID, name: str, role: User.Role, is_active: bool) -> User:
    """Change what a member of staff is called and may do. Nobody takes their own rights away: `OwnRights`."""
    user = User.objects.select_for_update().exclude(role=User.Role.PLAYER).get(pk=user_id)
    if user.pk == by.pk and (user.role, user.is_active) != (role, is_active):
        raise OwnRights
    if (user.role, user.is_active) != (role, is_active):
        audit.record("staff.changed", by=by, target=user, role=role.value, is_active=is_active)
    user.name, user.role, user.is_active = name, role, is_active
    user.save(update_fields=["name", "role", "is_active"])
    return user


@transaction.atomic
def set_staff_password(*, by: User | None, user_id: UUID, password: str) -> None:
    """Their sessions end with the old password. Raises `WeakPassword`."""
    user = User.objects.select_for_update().exclude(role=User.Role.PLAYER).get(pk=user_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    audit.record("staff.password_set", by=by, target=user)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error
    user.set_password(password)


def note_in_history(*, by: User, targets: Sequence[Model], flag: int, message: object) -> list[LogEntry]:
    """Lines of Django's own history of a page. Their text is the row's id: what people wrote stays where it is."""
    return LogEntry.objects.bulk_create(
        LogEntry(
            user_id=by.pk,
            content_type_id=ContentType.objects.get_for_model(target, for_concrete_model=False).pk,
            object_id=str(target.pk),
            object_repr=str(target.pk),
            action_flag=flag,
            change_message=message if isinstance(message, str) else json.dumps(message),
        )
        for target in targets
    )
