from __future__ import annotations

import pytest
from django.db import transaction

from echoroom.outbox import dispatcher, publish, receives
from echoroom.outbox.models import Delivery
from echoroom.outbox.registry import UnknownReceiverError, resolve
from echoroom.outbox.testing import deliver_all, receiving
from echoroom.outbox.tests.news import Hearing, LanternLit, light


@pytest.mark.django_db
def test_each_receiver_gets_a_delivery_of_its_own():
    with receiving(LanternLit, Hearing(name="a")), receiving(LanternLit, Hearing(name="b")):
        light(3)
    rows = Delivery.objects.values_list("receiver", "event_type", "payload")
    module = "echoroom.outbox.tests.news"
    assert sorted(rows) == [
        (f"{module}.a", f"{module}.LanternLit", {"lantern_id": 3}),
        (f"{module}.b", f"{module}.LanternLit", {"lantern_id": 3}),
    ]


@pytest.mark.django_db
def test_news_that_nobody_hears_costs_no_query(django_assert_num_queries, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks, django_assert_num_queries(2):  # the savepoint
        light()
    assert callbacks == []


@pytest.mark.django_db
def test_all_receivers_share_one_insert(django_assert_num_queries):
    one, two = Hearing(name="one"), Hearing(name="two")
    insert_in_a_savepoint = django_assert_num_queries(3)
    with receiving(LanternLit, one), receiving(LanternLit, two), insert_in_a_savepoint:
        light()


@pytest.mark.django_db(transaction=True)
def test_workers_are_woken_only_after_the_commit():
    with receiving(LanternLit, Hearing()):
        with transaction.atomic():
            publish(LanternLit(lantern_id=1))
            assert dispatcher.recording.woken == []
        assert dispatcher.recording.woken == [Delivery.objects.get().pk]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_nothing():
    with receiving(LanternLit, Hearing()), pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(LanternLit(lantern_id=1))
        raise ZeroDivisionError
    assert not Delivery.objects.exists()
    assert dispatcher.recording.woken == []


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction"):
        publish(LanternLit(lantern_id=1))


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_that_fails_does_not_fail_the_request(monkeypatch):
    def broken(pks):
        raise OSError

    monkeypatch.setattr(dispatcher, "wake", broken)
    with receiving(LanternLit, Hearing()):
        light()
    assert Delivery.objects.owed().count() == 1


@pytest.mark.django_db
def test_a_receiver_may_publish_in_its_turn():
    last = Hearing(name="last")

    def chain(event: LanternLit) -> None:
        if event.lantern_id < 3:
            publish(LanternLit(lantern_id=event.lantern_id + 1))

    with receiving(LanternLit, chain), receiving(LanternLit, last):
        light(1)
        assert deliver_all() == 6
    assert last.heard == [1, 2, 3]
    assert not Delivery.objects.owed().exists()


def test_two_receivers_of_one_name_are_refused():
    with receiving(LanternLit, Hearing()), pytest.raises(ValueError, match="registered already"):
        receives(LanternLit)(Hearing())


def test_a_receiver_of_another_version_has_a_name_for_its_absence():
    with pytest.raises(UnknownReceiverError):
        resolve("badges.receivers.long_gone")
