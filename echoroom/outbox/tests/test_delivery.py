from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from echoroom.outbox import delivery, services, tasks
from echoroom.outbox.models import Delivery
from echoroom.outbox.testing import receiving
from echoroom.outbox.tests.news import Failing, Hearing, LanternLit, light
from echoroom.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    """The sweep's tasks run at once."""
    monkeypatch.setattr(tasks.deliver, "delay", delivery.deliver)


def make_overdue() -> None:
    Delivery.objects.owed().update(due_at=timezone.now() - timedelta(seconds=1))


def test_a_delivery_runs_its_receiver_once():
    hearing = Hearing()
    with receiving(LanternLit, hearing):
        light(5)
        pk = Delivery.objects.get().pk
        assert delivery.deliver(pk)
        assert not delivery.deliver(pk)
    assert hearing.heard == [5]
    assert Delivery.objects.get().state == "delivered"


def test_what_a_dead_broker_lost_is_swept_up():
    hearing = Hearing()
    with receiving(LanternLit, hearing):
        light(5)  # nobody hands the wake-up on
        tasks.sweep()
        assert hearing.heard == []  # it may still be on its way
        make_overdue()
        tasks.sweep()
    assert hearing.heard == [5]


def test_one_failing_receiver_does_not_hold_back_the_others():
    hearing, failing = Hearing(), Failing(RuntimeError())
    with receiving(LanternLit, failing), receiving(LanternLit, hearing):
        light(5)
        make_overdue()
        tasks.sweep()
    owed = Delivery.objects.owed().get()
    assert hearing.heard == [5]
    assert owed.receiver.endswith("failing")
    assert owed.attempts == 1


def test_what_a_failing_receiver_wrote_is_undone():
    with receiving(LanternLit, Failing(RuntimeError())):
        light()
        delivery.deliver(Delivery.objects.get().pk)
    assert Delivery.objects.count() == 1


def test_a_failure_is_tried_again_later_and_later():
    waits = []
    with receiving(LanternLit, Failing(RuntimeError())):
        light()
        pk = Delivery.objects.get().pk
        for _ in range(4):
            delivery.deliver(pk)
            waits.append(round((Delivery.objects.get().due_at - timezone.now()).total_seconds()))
    assert waits == [5, 10, 20, 40]
    assert delivery.lease_overdue() == []


def test_poison_is_parked_and_can_be_retried(django_user_model):
    failing = Failing(RuntimeError())
    with receiving(LanternLit, failing):
        light(5)
        row = Delivery.objects.get()
        for _ in range(delivery.ATTEMPTS):
            assert not delivery.deliver(row.pk)
        assert Delivery.objects.parked().get() == row
        assert not delivery.deliver(row.pk)
        assert Delivery.objects.get().attempts == delivery.ATTEMPTS

        failing.error = None
        services.retry(by=django_user_model(), delivery_id=row.pk)
        make_overdue()
        tasks.sweep()
    assert failing.heard == [5]
    assert not Delivery.objects.parked().exists()


def test_retrying_what_is_not_parked_changes_nothing(django_user_model):
    with receiving(LanternLit, Failing(RuntimeError())):
        light()
        delivery.deliver(Delivery.objects.get().pk)
    row = Delivery.objects.get()
    services.retry(by=django_user_model(), delivery_id=row.pk)
    assert Delivery.objects.get().attempts == 1


def test_neither_the_row_nor_the_log_quotes_what_a_person_wrote(caplog):
    secret = "because my boss lies"
    with receiving(LanternLit, Failing(Refusal(secret))), caplog.at_level(logging.DEBUG):
        light()
        delivery.deliver(Delivery.objects.get().pk)
    row = Delivery.objects.get()
    assert row.error.startswith("echoroom.refusals.Refusal [refused] at echoroom/outbox/tests/news.py:")
    assert secret not in row.error + caplog.text


def test_a_delivery_to_a_receiver_that_is_gone_is_kept():
    with receiving(LanternLit, Hearing()):
        light()
    assert not delivery.deliver(Delivery.objects.get().pk)
    assert "[unknown_receiver]" in Delivery.objects.owed().get().error


def test_the_sweep_hands_out_each_delivery_once_per_lease():
    with receiving(LanternLit, Hearing()):
        for number in range(3):
            light(number)
        make_overdue()
        assert len(delivery.lease_overdue(limit=2)) == 2
        assert len(delivery.lease_overdue()) == 1
        assert delivery.lease_overdue() == []
    assert Delivery.objects.owed().count() == 3


def test_what_a_worker_took_with_it_is_handed_out_by_the_next_sweep():
    period = timedelta(seconds=settings.CELERY_BEAT_SCHEDULE["outbox-sweep"]["schedule"])
    with receiving(LanternLit, Hearing()), time_machine.travel(timezone.now(), tick=False) as clock:
        light(1)
        make_overdue()
        for _ in range(20):
            assert len(delivery.lease_overdue()) == 1
            clock.shift(period)


def test_a_delivery_cannot_be_both_delivered_and_parked():
    with pytest.raises(IntegrityError):
        Delivery.objects.create(receiver="x", payload={}, delivered_at=timezone.now(), parked_at=timezone.now())


def test_only_what_was_delivered_a_week_ago_is_removed():
    long_ago = timezone.now() - timedelta(days=8)
    for state in ({"delivered_at": long_ago}, {"parked_at": long_ago}, {"delivered_at": timezone.now()}, {}):
        Delivery.objects.create(receiver="x", payload={}, created_at=long_ago, **state)
    assert services.prune() == 1
    assert not Delivery.objects.filter(delivered_at=long_ago).exists()
    assert Delivery.objects.count() == 3
    tasks.prune()
    assert Delivery.objects.count() == 3
