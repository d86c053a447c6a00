"""The races' own referee."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.races.together import MOST_CONNECTIONS, together

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        (found,) = cursor.fetchone()
    return int(found)


def test_a_race_is_run_on_forty_connections_and_none_more():
    assert max(together([connections] * 200)) == MOST_CONNECTIONS == 40


def test_who_started_it_goes_on_with_a_connection_of_their_own():
    together([connections] * 2)
    assert connections() == 1


def test_a_race_inside_a_transaction_is_refused():
    with transaction.atomic(), pytest.raises(AssertionError, match="would not see"):
        together([connections])


def test_what_one_of_them_raises_comes_out():
    with pytest.raises(ZeroDivisionError):
        together([lambda: 1 // 0, connections])
