from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import orjson
import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone

from echoroom.api import tasks
from echoroom.api.models import IdempotencyRecord
from echoroom.api.services import prune_idempotency_records
from echoroom.audit.models import AuditEntry

pytestmark = [pytest.mark.urls("echoroom.api.tests.urls"), pytest.mark.django_db(transaction=True)]
BEN = uuid.UUID(int=1)


def post(key: str | None = "k1", *, person: uuid.UUID = BEN, query: str = "", **body):
    headers = {"Authorization": f"Seat {person}"} | ({} if key is None else {"Idempotency-Key": key})
    return Client(raise_request_exception=False).post(
        f"/api/entries{query}", orjson.dumps(body), content_type="application/json", headers=headers
    )


def test_the_same_request_takes_effect_once_and_gets_the_same_answer():
    first, second = post(), post()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert second["Content-Type"] == "application/json"
    assert "Idempotent-Replay" not in first.headers
    assert second["Idempotent-Replay"] == "true"
    assert AuditEntry.objects.count() == 1


def test_another_body_under_the_same_key_is_refused():
    post()
    response = post(action="room.opened")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert post(query="?x=1").status_code == 422
    assert AuditEntry.objects.count() == 1


def test_the_key_belongs_to_one_person():
    post()
    assert "Idempotent-Replay" not in post(person=uuid.UUID(int=2)).headers
    assert AuditEntry.objects.count() == 2


def test_without_the_header_nothing_is_remembered(django_assert_num_queries):
    with django_assert_num_queries(3) as asked:
        post(None)
    assert not any("idempotency" in query["sql"] for query in asked.captured_queries)


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "käy", "tab\tinside"])
def test_a_key_has_1_to_200_printable_characters(key):
    response = post(key)
    assert (response.status_code, response.json()["code"]) == (400, "idempotency_key_invalid")


def test_a_long_key_is_fine():
    assert post("x" * 200).status_code == 201


def test_a_refusal_is_an_answer_too():
    first, second = post(then="refusal"), post(then="refusal")
    assert (first.status_code, second.status_code) == (409, 409)
    assert second["Content-Type"] == "application/problem+json"
    assert second["Idempotent-Replay"] == "true"


def test_a_failure_is_not_kept_and_leaves_no_effect():
    assert post(then="bug").status_code == 500
    assert not IdempotencyRecord.objects.exists()
    assert not AuditEntry.objects.exists()


def test_too_often_is_not_kept_either():
    assert post(then="limited").status_code == 429
    assert not IdempotencyRecord.objects.exists()


def test_a_large_body_is_refused_before_anything_is_remembered():
    assert post(action="x" * 70_000).status_code == 413
    assert not IdempotencyRecord.objects.exists()


def test_a_request_that_is_being_answered_asks_to_wait():
    post()
    IdempotencyRecord.objects.update(status=None)
    response = post()
    assert (response.status_code, response.json()["code"]) == (409, "idempotency_in_flight")
    assert response["Retry-After"] == "1"


def test_a_retry_takes_over_from_a_process_that_died():
    post()
    IdempotencyRecord.objects.update(status=None, created_at=timezone.now() - timedelta(seconds=61))
    assert post().status_code == 201
    assert IdempotencyRecord.objects.get().status == 201


def test_after_a_day_the_key_is_new_again():
    post()
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert post(action="room.opened").json()["action"] == "room.opened"


def test_the_effect_of_a_process_that_lost_its_claim_does_not_stay(monkeypatch):
    """It was thought dead, another one took over, and then it finished after all."""
    from echoroom.api.tests.urls import Entries

    inner = Entries.post

    def slow(self, request):
        answer = inner(self, request)
        IdempotencyRecord.objects.update(claim=uuid.uuid4())
        return answer

    monkeypatch.setattr(Entries, "post", slow)
    assert post().json()["code"] == "idempotency_in_flight"
    assert not AuditEntry.objects.exists()


def test_old_answers_are_pruned_in_batches(monkeypatch):
    monkeypatch.setattr("echoroom.api.services.BATCH", 2)
    for number in range(5):
        post(f"k{number}")
    IdempotencyRecord.objects.exclude(key="k4").update(created_at=timezone.now() - timedelta(hours=25))
    assert prune_idempotency_records() == 4
    assert IdempotencyRecord.objects.get().key == "k4"
    assert tasks.prune() == 0


@pytest.mark.postgres
@pytest.mark.parametrize("attempt", range(3))
def test_eight_identical_requests_at_once_take_effect_once(attempt):
    barrier = threading.Barrier(8)

    def send(_: int):
        try:
            barrier.wait(5)
            return post(wait=0.05)
        finally:
            close_old_connections()
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    assert AuditEntry.objects.count() == 1
    codes = [answer.status_code for answer in answers]
    assert codes.count(201) >= 1
    assert set(codes) <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_in_flight"}
