from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import RequestFactory

from echoroom import audit
from echoroom.audit.admin import AuditEntryAdmin
from echoroom.audit.correlation import request_id
from echoroom.audit.models import AppendOnlyError, AuditEntry

pytestmark = pytest.mark.django_db


@dataclass
class Ada:
    pk: uuid.UUID
    is_staff: bool = True
    is_active: bool = True
    is_superuser: bool = False


@dataclass(frozen=True)
class Cleo:
    user_id: uuid.UUID | None
    participant_id: uuid.UUID | None


@pytest.fixture
def ada() -> Ada:
    return Ada(uuid.uuid4())


def test_an_act_is_recorded_with_its_actor_its_target_and_ids(ada):
    event_id, code_id = uuid.uuid4(), uuid.uuid4()
    earlier = audit.record("event.created", by=ada)

    entry = audit.record(
        "code.created",
        by=ada,
        target=earlier,
        event_id=event_id,
        code_id=code_id,
        uses=3,
        role="on_call",
        open=True,
    )

    entry.refresh_from_db()
    assert (entry.actor_id, entry.actor_kind, entry.action) == (ada.pk, "staff", "code.created")
    assert (entry.target_type, entry.target_id) == ("audit.auditentry", str(earlier.pk))
    assert entry.event_id == event_id
    assert entry.ids == {"code_id": str(code_id), "uses": 3, "role": "on_call", "open": True}
    assert list(AuditEntry.objects.of_target(earlier)) == [entry]


def test_the_system_a_person_and_a_viewer_are_told_apart():
    seat, account = uuid.uuid4(), uuid.uuid4()
    ben = Ada(uuid.uuid4(), is_staff=False)

    kinds = [
        (entry.actor_kind, entry.actor_id)
        for entry in (
            audit.record("room.swept", by=None),
            audit.record("room.left", by=ben),
            audit.record("room.left", by=Cleo(account, seat)),
            audit.record("room.left", by=Cleo(account, None)),
        )
    ]

    assert kinds == [("system", None), ("person", ben.pk), ("person", seat), ("person", account)]


def test_nobody_in_particular_is_not_an_actor():
    with pytest.raises(ValueError, match="by=None"):
        audit.record("room.left", by=Cleo(None, None))


def test_the_id_of_the_request_is_kept():
    token = request_id.set("req-12345678")
    try:
        assert audit.record("room.swept", by=None).request_id == "req-12345678"
    finally:
        request_id.reset(token)


@pytest.mark.parametrize(
    "text", ["Ada Lovelace", "ada@example.org", "x" * 65, "", "<b>", "naïve"], ids=lambda text: text[:12]
)
def test_free_text_is_refused(text):
    with pytest.raises(ValueError, match="short code"):
        audit.record("person.erased", by=None, name=text)


@pytest.mark.parametrize("value", [float("nan"), {"name": "Ada"}, b"Ada", ["ok", "not ok"], object()])
def test_only_ids_numbers_booleans_and_codes_are_taken(value):
    with pytest.raises(ValueError, match="short code"):
        audit.record("person.erased", by=None, value=value)


@pytest.mark.parametrize("action", ["closed", "Room.closed", "room closed", "room.", ""])
def test_an_action_is_a_noun_and_a_verb(action):
    with pytest.raises(ValueError, match="not an action"):
        audit.record(action, by=None)


@pytest.mark.django_db(transaction=True)
def test_a_record_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        audit.record("room.closed", by=None)


@pytest.mark.django_db(transaction=True)
def test_the_record_goes_when_the_act_is_rolled_back():
    with transaction.atomic():
        audit.record("room.closed", by=None)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_an_entry_cannot_be_changed_or_removed_through_the_model():
    entry = audit.record("room.closed", by=None)
    with pytest.raises(AppendOnlyError):
        entry.save()
    with pytest.raises(AppendOnlyError):
        entry.delete()
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.all().update(action="room.opened")
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.all().delete()


@pytest.mark.postgres
@pytest.mark.parametrize("statement", ["UPDATE audit_auditentry SET action = 'x.y'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_too(statement):
    audit.record("room.closed", by=None)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(("kind", "actor"), [("system", uuid.uuid4()), ("person", None)])
def test_the_system_has_no_id_and_everybody_else_has_one(kind, actor):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(action="a.b", actor_kind=kind, actor_id=actor)


def test_the_admin_shows_the_journal_to_superusers_and_lets_nobody_write(ada):
    from django.contrib import admin

    page = AuditEntryAdmin(AuditEntry, admin.site)
    request = RequestFactory().get("/admin/")
    request.user = ada
    assert not page.has_view_permission(request)
    ada.is_superuser = True
    assert page.has_view_permission(request)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
