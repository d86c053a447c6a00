"""What balancers and a rolling restart ask: does the process live, and may it be sent people?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

pytestmark = pytest.mark.django_db
READY = ["/api/health", "/api/health/ready"]


@contextmanager
def database_down() -> Iterator[None]:
    def refuse(*args: Any) -> Any:
        raise OperationalError("the server closed the connection unexpectedly: host=10.0.0.7 user=echoroom")

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize("path", READY)
def test_a_process_with_a_database_is_ready(path):
    answer = Client().get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": True})


@pytest.mark.parametrize("path", READY)
def test_a_process_without_its_database_is_not_ready_and_does_not_say_where_that_is(path):
    with database_down():
        answer = Client().get(path)
    said = {"status": "unavailable", "database": False, "reason": "database_unreachable"}
    assert (answer.status_code, answer.json()) == (503, said)
    assert b"10.0.0.7" not in answer.content


def test_a_process_without_its_database_lives():
    """Starting it again would not bring the database back."""
    with database_down():
        assert Client().get("/api/health/live").status_code == 200


def test_it_is_ready_again_when_the_database_is_back():
    with database_down():
        Client().get("/api/health/ready")
    assert Client().get("/api/health/ready").status_code == 200


@pytest.mark.redis
def test_a_process_without_redis_is_ready(settings):
    """It serves without: caches and limits go on in the process."""
    nowhere = "redis://127.0.0.1:1/0"
    settings.REDIS_URL = nowhere
    settings.CACHES = {name: {**found, "LOCATION": nowhere} for name, found in settings.CACHES.items()}
    assert Client().get("/api/health/ready").status_code == 200


@pytest.mark.parametrize("path", [*READY, "/api/health/live"])
def test_no_cache_keeps_an_answer(path):
    assert "no-store" in Client().get(path).headers["Cache-Control"]


@pytest.mark.parametrize("path", [*READY, "/api/health/live"])
def test_it_is_asked_by_reading(path):
    assert Client().head(path).status_code == 200
    assert Client().post(path).status_code == 405
