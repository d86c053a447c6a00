"""Rows that are streamed come with their times in UTC, like all others."""

from __future__ import annotations

from datetime import UTC

import pytest
from django.db import connection, transaction

from echoroom.accounts.models import User
from echoroom.accounts.tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("binds_on_server", [True, False])
def test_a_streamed_row_is_like_any_other(binds_on_server, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "server_side_binding", binds_on_server)
    made = UserFactory.create_batch(3)
    streamed = list(User.objects.iterator(chunk_size=2))
    with transaction.atomic():
        assert list(User.objects.order_by("pk").iterator(chunk_size=2)) == sorted(made, key=lambda user: user.pk)
    assert {user.created_at for user in streamed} == {user.created_at for user in made}
    assert {user.created_at.tzinfo for user in streamed} == {UTC}
