"""Real threads on PostgreSQL: row locks prove nothing on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import TypeVar

import pytest
from django.db import connection
from django.utils import timezone

from echoroom.outbox import delivery
from echoroom.outbox.models import Delivery
from echoroom.outbox.testing import receiving
from echoroom.outbox.tests.news import Hearing, LanternLit, light

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")


def together(act: Callable[[], T], times: int = 8) -> list[T]:
    barrier = Barrier(times)

    def run() -> T:
        try:
            barrier.wait()
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return [done.result() for done in [pool.submit(run) for _ in range(times)]]


def test_eight_workers_deliver_once():
    hearing = Hearing()
    with receiving(LanternLit, hearing):
        light(5)
        pk = Delivery.objects.get().pk
        done = together(lambda: delivery.deliver(pk))
    assert sorted(done) == [False] * 7 + [True]
    assert hearing.heard == [5]


def test_a_worker_does_not_wait_for_another_that_is_at_it():
    started, let_go = Event(), Event()

    def slow(event: LanternLit) -> None:
        started.set()
        assert let_go.wait(10)

    with receiving(LanternLit, slow), ThreadPoolExecutor(1) as pool:
        light()
        pk = Delivery.objects.get().pk

        def run() -> bool:
            try:
                return delivery.deliver(pk)
            finally:
                connection.close()

        first = pool.submit(run)
        assert started.wait(10)
        assert not delivery.deliver(pk)
        let_go.set()
        assert first.result()


def test_eight_sweeps_hand_out_each_delivery_once():
    with receiving(LanternLit, Hearing()):
        for number in range(40):
            light(number)
    Delivery.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    leased = [pk for pks in together(lambda: delivery.lease_overdue(limit=10)) for pk in pks]
    assert len(leased) == len(set(leased))
