"""New code is sent nobody before its tables are there; code that serves goes on while a newer release migrates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from monitoring import selectors

pytestmark = pytest.mark.django_db
PENDING = (503, {"status": "unavailable", "database": True, "reason": "migrations_pending"})
UNREACHABLE = (503, {"status": "unavailable", "database": False, "reason": "database_unreachable"})
READY = (200, {"status": "ok", "database": True})


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has only just begun, and was not asked yet."""
    monkeypatch.setattr(selectors, "readiness", selectors.Readiness())


@pytest.fixture
def recorder() -> MigrationRecorder:
    return MigrationRecorder(connection)


def asked() -> tuple[int, dict[str, object]]:
    answer = Client().get("/api/health/ready")
    return answer.status_code, answer.json()


@pytest.fixture
def no_table_of_migrations(transactional_db: None) -> Iterator[None]:
    """Renamed for real: PostgreSQL answers nothing more in a transaction of a test in which one query failed."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO migrations_elsewhere")
    yield
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE migrations_elsewhere RENAME TO django_migrations")


def lost(*args: object) -> object:
    raise OperationalError("the server closed the connection unexpectedly")


def test_new_code_is_not_ready_until_its_migrations_are_applied(recorder: MigrationRecorder):
    recorder.record_unapplied("rooms", "0002_chat")
    assert [asked(), asked()] == [PENDING, PENDING]
    recorder.record_applied("rooms", "0002_chat")
    assert asked() == READY


def test_an_empty_database_has_everything_pending(recorder: MigrationRecorder):
    recorder.flush()
    assert asked() == PENDING


def test_code_is_ready_beside_the_schema_of_a_newer_release(recorder: MigrationRecorder):
    recorder.record_applied("rooms", "9999_of_a_newer_release")
    assert asked() == READY


def test_a_process_that_was_ready_does_not_look_at_the_migrations_again(recorder, django_assert_num_queries):
    assert asked() == READY
    recorder.record_unapplied("rooms", "0002_chat")
    with django_assert_num_queries(1):
        assert asked() == READY


def test_the_first_question_is_one_query_too(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert asked() == READY


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_table_of_migrations")
def test_a_database_without_a_table_of_migrations_has_everything_pending():
    """Each database has its own error for it; both answer."""
    assert [asked(), asked()] == [PENDING, PENDING]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_table_of_migrations")
def test_a_database_that_is_lost_before_it_had_any_table_is_unreachable():
    with connection.execute_wrapper(lost):
        assert asked() == UNREACHABLE
    assert asked() == PENDING


def test_a_process_that_was_ready_says_that_its_database_is_lost():
    assert asked() == READY
    with connection.execute_wrapper(lost):
        assert asked() == UNREACHABLE
