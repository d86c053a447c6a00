"""The console's page that asks what a tick would have done with other weights."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from echoroom.events.models import Event
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.console import console_of
from matching.models import MatchingWeights, MatchTick
from matching.selectors.ticks import MOST_WAITING
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from rooms.models import Room
from rooms.tests.factories import make_people, make_quest
from tests.cast import Cast


@pytest.fixture
def ada(cast: Cast) -> Client:
    return console_of(cast.ada)


def ticked(cast: Cast, people: int) -> MatchTick:
    for number, person in enumerate(make_people(cast.event, people)):
        # Two each: nobody is isolated.
        person.country, person.gender_category = ["DE", "FR", "JP"][number % 3], ["woman", "man"][number // 3 % 2]
        person.save()
        join_queue(by=seat_of(person), quest_id=cast.quest.pk)
    tick()
    return MatchTick.objects.order_by("-at", "-pk")[0]


def page(client: Client, cast: Cast, status: int = 200, **query: Any) -> str:
    response = client.get(reverse("queue-what-if", args=[cast.quest.pk]), query)
    assert response.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_queue_without_a_tick_says_so(ada: Client, cast: Cast):
    assert "The matcher has decided nothing here yet." in page(ada, cast)


def test_a_tick_is_shown_as_it_was_beside_itself(ada: Client, cast: Cast):
    ticked(cast, 12)
    assert re.search(r"Teams 4 4 People placed 12 12 .* Teams that are the same 4 4", page(ada, cast))


def test_other_weights_change_the_teams_and_nothing_else(ada: Client, cast: Cast):
    ticked(cast, 12)
    weights = dict.fromkeys(MatchingWeights.CRITERIA, 0) | {"country": 5}
    before = (Room.objects.count(), MatchTick.objects.count())
    found = re.search(r"Country, 0 to 1 (\S+) (\S+)", page(ada, cast, **weights))
    assert found
    assert float(found[2]) == 1.0 >= float(found[1])
    assert (Room.objects.count(), MatchTick.objects.count()) == before
    assert not MatchingWeights.objects.exists()


def test_how_mixed_few_people_are_is_hidden(ada: Client, cast: Cast):
    ticked(cast, 3)
    assert "Country, 0 to 1 hidden hidden" in page(ada, cast)


@pytest.mark.parametrize("people", [3, 12])
def test_how_mixed_teams_are_by_gender_is_never_told(ada: Client, cast: Cast, people: int):
    ticked(cast, people)
    told = page(ada, cast, **dict.fromkeys(MatchingWeights.CRITERIA, 0) | {"gender": 100})
    assert "Novelty, 0 to 1" in told
    assert "Gender, 0 to 1" not in told


def test_a_tick_is_listed_by_the_clocks_at_the_event(ada: Client, cast: Cast):
    Event.objects.filter(pk=cast.event.pk).update(time_zone="Asia/Tokyo")
    tick = ticked(cast, 3)
    MatchTick.objects.filter(pk=tick.pk).update(at=datetime(2031, 3, 1, 20, 30, tzinfo=UTC))
    assert "2 Mar, 05:30:00: 3 of 3 placed" in page(ada, cast)


@pytest.mark.parametrize("wrong", ["-1", "nan", "inf", "101", "many", ""])
def test_a_weight_that_is_none_is_refused_in_words(ada: Client, cast: Cast, wrong: str):
    ticked(cast, 3)
    assert "A weight is a number from 0 to 100." in page(ada, cast, 400, country=wrong)


def test_weights_that_are_all_zero_are_refused_in_words(ada: Client, cast: Cast):
    ticked(cast, 3)
    assert "Give at least one criterion a weight above 0" in page(
        ada, cast, 400, **dict.fromkeys(MatchingWeights.CRITERIA, 0)
    )


def test_a_tick_of_another_queue_or_one_too_large_is_not_found(ada: Client, cast: Cast):
    mine = ticked(cast, 3)
    another = make_quest(event=cast.event, slug="another")
    other = MatchTick.objects.create(quest=another, waiting=2, placed=2, score=1, milliseconds=1)
    for asked in (uuid4(), other.pk, "nonsense"):
        page(ada, cast, 404, tick=asked)
    MatchTick.objects.filter(pk=mine.pk).update(waiting=MOST_WAITING + 1)
    page(ada, cast, 404, tick=mine.pk)
    assert "The matcher has decided nothing here yet." in page(ada, cast)


def test_a_tick_of_another_version_is_not_found_and_the_newest_said_to_be_unreadable(ada: Client, cast: Cast):
    tick = ticked(cast, 3)
    MatchTick.objects.filter(pk=tick.pk).update(problem=b"older")
    page(ada, cast, 404, tick=tick.pk)
    told = page(ada, cast)
    assert "this one cannot read it" in told
    assert "People placed" not in told
