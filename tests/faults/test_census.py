"""The kill run's count: it must see what is missing, what is too much, and what is late."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from badges.models import Award
from bench.faults import census
from bench.faults.census import Census
from bench.faults.journal import lines_of
from echoroom import audit
from echoroom.events.models import Event
from echoroom.outbox.models import Delivery
from echoroom.outbox.testing import deliver_all
from matching.replay.badges import recount
from rooms.models import Decision, DecisionMap, Room
from rooms.tests.moves import commit, everyone_votes, leave, playing_room
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(cast: Cast, clock: time_machine.Traveller) -> Room:
    """Ben, Bea and Bob play to the end, long after the opening; Bob leaves before the last decision."""
    Event.objects.filter(pk=cast.event.pk).update(opens_at=timezone.now() - timedelta(hours=3))
    cast.event.refresh_from_db()
    room, last = playing_room(cast), Decision.objects.filter(version__quest=cast.quest).count()
    for decision in range(1, last + 1):
        team = cast.team
        if decision == last:
            leave(cast.bob, room)
            clock.shift(1)
            team = [cast.ben, cast.bea]
        everyone_votes(team, room, "A" * len(team))
        commit(cast.ben, room, "A", decision=decision)
    return Room.objects.get(pk=room.pk)


def taken(cast: Cast) -> Census:
    return census.take(cast.event, since=0)


def test_when_all_was_delivered_nothing_is_missed(cast, room):
    deliver_all()
    found = taken(cast)

    assert (found.rooms, found.mapped_once, found.surplus_maps) == (1, 1, 0)
    assert found.deliveries == found.delivered > 0
    assert (found.missing_badges, found.surplus_badges, found.parked) == ([], [], 0)
    assert found.expected_badges == sum(found.by_badge.values()) == Award.objects.count() > 0


def test_when_nothing_was_delivered_all_of_it_is_missed(cast, room):
    found = taken(cast)

    assert (found.mapped_once, found.delivered) == (0, 0)
    assert len(found.missing_badges) == found.expected_badges > 0


def test_one_badge_too_few_and_one_too_many_are_seen(cast, room):
    deliver_all()
    Award.objects.get(participant=cast.ben, badge="first_steps").delete()
    Award.objects.create(participant=cast.bob, badge="first_steps", reason="He had gone.")

    found = taken(cast)

    assert found.missing_badges == [f"first_steps of {cast.ben.pk}"]
    assert found.surplus_badges == [f"first_steps of {cast.bob.pk}"]


def test_a_map_that_was_made_twice_is_seen_though_only_one_was_kept(cast, room):
    deliver_all()
    audit.record("map.made", by=None, target=DecisionMap.objects.get(), event_id=cast.event.pk)

    found = taken(cast)

    assert (found.mapped_once, found.surplus_maps) == (0, 1)


def test_the_latest_of_all_is_told_by_the_end_of_its_room(cast, room):
    deliver_all()
    late = room.completed_at + timedelta(seconds=77)
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(delivered_at=late)
    DecisionMap.objects.update(created_at=late)

    found = taken(cast)

    assert max(found.slowest.values()) == found.slowest_map == found.after_the_end == 77.0


def test_who_left_played_but_did_not_finish_and_a_bot_is_nobody(cast, room):
    cast.bea.is_bot = True
    cast.bea.save()
    lines = list(lines_of(cast.event))

    (played,) = [line for line in lines if line["kind"] == "room"]
    assert set(played["people"]) - set(played["finished"]) == {str(cast.bob.pk)}
    assert str(cast.bea.pk) not in recount(lines)
    assert recount(lines)[str(cast.bob.pk)] == set()


def test_what_was_there_before_the_run_is_left_out(cast, room):
    deliver_all()
    last = Delivery.objects.latest("pk").pk
    Delivery.objects.create(receiver="x", payload={}, event_type="x", parked_at=timezone.now())

    found = census.take(cast.event, since=last)

    assert (found.deliveries, found.parked) == (1, 1)
