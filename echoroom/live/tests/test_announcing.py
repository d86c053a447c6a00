from __future__ import annotations

import pytest
from channels.layers import get_channel_layer
from django.db import transaction

from echoroom.live import Announcement, announce, topics
from echoroom.live.announcements import group_of
from echoroom.live.tests.conversation import Doors
from echoroom.outbox import dispatcher


@pytest.mark.django_db(transaction=True)
def test_nobody_hears_of_a_change_before_it_is_committed():
    with transaction.atomic():
        announce("door:a", version=2, type="opened")
        assert dispatcher.recording.calls == []
    assert dispatcher.recording.calls == [Announcement(topic="door:a", version=2, type="opened")]


@pytest.mark.django_db(transaction=True)
def test_nobody_hears_of_a_change_that_was_undone():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announce("door:a", version=2, type="opened")
        raise ZeroDivisionError
    assert dispatcher.recording.calls == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_goes_at_once():
    announce("door:a", version=2, type="opened")
    assert len(dispatcher.recording.calls) == 1


@pytest.mark.django_db(transaction=True)
def test_news_that_cannot_go_out_does_not_fail_the_change(monkeypatch):
    tried: list[object] = []

    def broken(*jobs):
        tried.extend(jobs)
        raise OSError

    monkeypatch.setattr(dispatcher, "call", broken)
    with transaction.atomic():
        announce("door:a", version=2, type="opened")
    assert [getattr(job, "topic", "") for job in tried] == ["door:a"]


@pytest.mark.parametrize("key", ["K7QX", "a b", "ü" * 150, "x" * 500, "", "0b8f0c2e-9f0b-4f0e-8a52-0d8f2b3c4d5e"])
def test_every_topic_has_a_group_that_the_layer_takes(key):
    from channels.layers import InMemoryChannelLayer

    assert InMemoryChannelLayer().require_valid_group_name(group_of(f"door:{key}"))


def test_different_topics_have_different_groups():
    names = ["door:a", "door:b", "window:a", "door:a b", "door:", "door:" + "x" * 100, "door:" + "x" * 101]
    assert len({group_of(name) for name in names}) == len(names)


def test_a_prefix_is_registered_once(doors):
    with pytest.raises(ValueError, match="registered already"):
        topics.register("door", Doors())
    with pytest.raises(ValueError, match="no prefix"):
        topics.register("Door:", Doors())


def test_the_layer_is_the_one_of_the_mode(settings):
    expected = "LoopBoundInMemoryChannelLayer" if settings.EMBEDDED else "PipeliningChannelLayer"
    assert type(get_channel_layer()).__name__ == expected
