from __future__ import annotations

import pytest
import redis
from django.conf import settings

from echoroom.caches.pool import Pool

pytestmark = pytest.mark.redis


@pytest.fixture
def pool():
    made = Pool.from_url(settings.REDIS_URL, protocol=2)
    yield made
    made.disconnect()


@pytest.fixture
def client(pool: Pool) -> redis.Redis:
    client = redis.Redis(connection_pool=pool)
    client.ping()
    return client


def test_one_connection_serves_one_question_after_another(pool: Pool, client: redis.Redis):
    known = client.client_id()
    assert [client.client_id() for _ in range(5)] == [known] * 5
    assert len(pool._available_connections) == 1


def test_two_at_once_do_not_share_a_connection(pool: Pool):
    first, second = pool.get_connection(), pool.get_connection()
    assert first is not second
    pool.release(first)
    assert pool.get_connection() is first


def test_a_connection_that_the_server_cut_while_it_lay_idle_costs_no_request(client: redis.Redis):
    known = client.client_id()
    with redis.Redis.from_url(settings.REDIS_URL) as other:
        other.client_kill_filter(_id=known)
    assert client.client_id() != known


def test_half_an_answer_that_was_left_behind_is_nobodys_answer(pool: Pool, client: redis.Redis):
    lent = pool.get_connection()
    lent.send_command("ECHO", "of somebody else")
    assert lent.can_read(timeout=5)
    pool.release(lent)
    assert client.echo("mine") == b"mine"


def test_what_the_pool_did_not_lend_does_not_come_into_it(pool: Pool, client: redis.Redis):
    stranger = Pool.from_url(settings.REDIS_URL).get_connection()
    pool.release(stranger)
    assert stranger not in pool._available_connections
    stranger.disconnect()


def test_a_connection_that_fails_is_lent_again_and_opened_anew(pool: Pool, client: redis.Redis):
    lent = pool.get_connection()
    lent.disconnect()
    pool.release(lent)
    assert client.ping()
    assert len(pool._in_use_connections) == 0
