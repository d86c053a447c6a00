from __future__ import annotations

import uuid
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
from django.db import transaction

from echoroom import audit
from echoroom.audit.models import AuditEntry

pytestmark = [pytest.mark.urls("echoroom.api.tests.urls"), pytest.mark.django_db]


@pytest.fixture
def _many():
    """A third of them at the very same time."""
    with transaction.atomic():
        for _ in range(30):
            audit.record("room.closed", by=None)
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    AuditEntry.objects.bulk_create(AuditEntry(action="a.b", actor_kind="system", at=moment) for _ in range(15))


@pytest.fixture
def get(client):
    def page(**query):
        return client.get("/api/entries", query, headers={"Authorization": f"Seat {uuid.uuid4()}"})

    return page


def everything() -> list[int]:
    return list(AuditEntry.objects.order_by("-at", "-id").values_list("pk", flat=True))


@pytest.mark.usefixtures("_many")
@pytest.mark.parametrize("limit", [1, 7, 44, 45, 100])
def test_pages_follow_each_other_without_gap_or_repeat_even_where_rows_tie(get, limit):
    seen, page = [], get(limit=limit).json()
    while True:
        assert len(page["results"]) <= limit
        seen += page["results"]
        if page["next"] is None:
            break
        page = get(limit=limit, cursor=page["next"]).json()
    assert seen == everything()


@pytest.mark.usefixtures("_many")
def test_a_page_stays_right_while_rows_are_added(get):
    before = everything()
    first = get(limit=10).json()
    audit.record("room.opened", by=None)
    assert get(limit=10, cursor=first["next"]).json()["results"] == before[10:20]


@pytest.mark.usefixtures("_many")
def test_a_page_has_25_rows_unless_asked_otherwise(get):
    page = get().json()
    assert len(page["results"]) == 25
    assert set(page) == {"results", "next"}


@pytest.mark.parametrize("limit", ["0", "-1", "101", "ten", "1e2", "٣", "9" * 5_000, ""])
def test_a_limit_out_of_range_is_refused(get, limit):
    response = get(limit=limit)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["limit"]


@pytest.mark.usefixtures("_many")
@pytest.mark.parametrize(
    "inside",
    [
        b'["yesterday", 1]',
        b'["2026-03-01T12:00:00Z"]',
        b'["2026-03-01T12:00:00Z", "one"]',
        b'["2026-03-01T12:00:00Z", null]',
        b'["2026-03-01T12:00:00Z", {}]',
        b'["2026-13-01T12:00:00Z", 1]',
        b'["\\u0000", 1]',
        b"[[], []]",
        b"{}",
        b"not json",
        b"\xff",
    ],
)
def test_a_forged_cursor_is_refused(get, inside):
    response = get(cursor=urlsafe_b64encode(inside).rstrip(b"=").decode())
    assert (response.status_code, list(response.json()["errors"])) == (400, ["cursor"])


@pytest.mark.parametrize("cursor", ["%%%", "é", "a", "", "A" * 600, "a=b"])
def test_what_is_no_cursor_at_all_is_refused(get, cursor):
    assert get(cursor=cursor).status_code == 400


def test_an_empty_list_is_a_page(get):
    assert get().json() == {"results": [], "next": None}
