"""The forecast of a queue in the tables: renewed by the tick, shown at joining, measured afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from echoroom.events.models import Participant
from matching.models import PracticeRoom, Queue, Ticket
from matching.selectors import queue_status
from matching.selectors.queue_figures import queue_figures
from matching.services.forecasting import EVERY, MOST_TICKETS, forecast_at_join, refresh_forecast
from matching.services.queueing import lock_queue
from matching.stats.success import Held
from matching.tests.factories import make_ticket
from rooms.models import Quest
from rooms.tests.factories import make_people, make_room
from tests.cast import Cast
from tests.queries import keeps_its_promise, statements_of

Clock = time_machine.Traveller


def ended(quest: Quest, person: Participant, waited: float, state: str = "matched", **fields: Any) -> Ticket:
    """A ticket that ended just now after so many seconds."""
    now = timezone.now()
    joined = now - timedelta(seconds=waited)
    return make_ticket(quest, person, **{"joined_at": joined, "ended_at": now, "state": state, "group": "en", **fields})


def many_ended(quest: Quest, person: Participant, waits: range = range(1, 41), **fields: Any) -> None:
    for wait in waits:
        ended(quest, person, wait, **fields)


def refreshed(quest: Quest) -> Queue:
    with transaction.atomic():
        queue = lock_queue(quest_id=quest.pk)
        refresh_forecast(queue=queue)
    return Queue.objects.get(pk=quest.pk)


class TestRefreshing:
    def test_what_ended_is_what_the_next_one_is_told(self, cast: Cast):
        many_ended(cast.quest, cast.bea)
        assert forecast_at_join(refreshed(cast.quest), group="en") == (20, 36)

    def test_a_queue_without_history_tells_nothing(self, cast: Cast):
        assert forecast_at_join(refreshed(cast.quest), group="en") == (None, None)

    def test_it_happens_every_five_seconds_at_most(self, cast: Cast, clock: Clock):
        before = refreshed(cast.quest).forecast_at
        clock.shift(EVERY - timedelta(seconds=1))
        assert refreshed(cast.quest).forecast_at == before
        clock.shift(1)
        assert refreshed(cast.quest).forecast_at == timezone.now()

    def test_each_ticket_is_counted_once_however_often_it_is_met(self, cast: Cast, clock: Clock):
        ended(cast.quest, cast.bea, 50, forecast_p90=40)
        for _ in range(4):
            group = refreshed(cast.quest).forecast["groups"]["en"]
            assert (group["waits"], group["balance"]) == ([50.0], 0.9)
            clock.shift(EVERY)

    def test_tickets_that_ended_in_the_same_tick_after_it_are_not_lost(self, cast: Cast, clock: Clock):
        ended(cast.quest, cast.bea, 10)
        refreshed(cast.quest)
        ended(cast.quest, cast.bob, 20)
        clock.shift(EVERY)
        assert sorted(refreshed(cast.quest).forecast["groups"]["en"]["waits"]) == [10.0, 20.0]

    def test_a_server_whose_clock_lags_loses_no_ticket(self, cast: Cast, clock: Clock):
        refreshed(cast.quest)
        ended(cast.quest, cast.bob, 20, ended_at=timezone.now() - timedelta(seconds=8))
        clock.shift(EVERY)
        assert len(refreshed(cast.quest).forecast["groups"]["en"]["waits"]) == 1

    def test_going_to_practice_is_no_match(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben])
        PracticeRoom.objects.create(room=room, asked_by=cast.ben)
        ended(cast.quest, cast.ben, 10, room=room)
        assert refreshed(cast.quest).forecast["groups"]["en"]["waits"] == [-10.0]

    def test_the_smallest_team_is_remembered(self, cast: Cast):
        with transaction.atomic():
            refresh_forecast(queue=lock_queue(quest_id=cast.quest.pk), minimum=3)
        assert Queue.objects.get().forecast["minimum"] == 3

    @pytest.mark.parametrize("people", [1, 30])
    def test_two_reads_and_one_write_however_long_the_queue_is(self, cast: Cast, people: int):
        for person in make_people(cast.event, people):
            make_ticket(cast.quest, person)
            ended(cast.quest, person, 10)
        queue = lock_queue(quest_id=cast.quest.pk)
        assert len(statements_of(lambda: refresh_forecast(queue=queue))) == 3

    def test_telling_who_joins_asks_nothing(self, cast: Cast):
        many_ended(cast.quest, cast.bea)
        queue = refreshed(cast.quest)
        keeps_its_promise("a forecast at joining", 0, lambda: forecast_at_join(queue, group="en"))

    def test_a_rush_leaves_out_the_oldest(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("matching.services.forecasting.MOST_TICKETS", 3)
        assert MOST_TICKETS > 3
        for wait in range(5):
            ended(cast.quest, cast.bea, wait + 1, ended_at=timezone.now() - timedelta(seconds=9 - wait))
        assert len(refreshed(cast.quest).forecast["groups"]["en"]["waits"]) == 3


class TestStatus:
    def status(self, cast: Cast, **ticket: object):
        make_ticket(cast.quest, cast.ben, group="en", **ticket)
        return queue_status(viewer=cast.viewer(cast.ben))

    def test_tells_what_was_told_at_joining(self, cast: Cast):
        many_ended(cast.quest, cast.bea)
        refreshed(cast.quest)
        status = self.status(cast, forecast_p50=11, forecast_p90=33)
        assert (status.forecast.p50, status.forecast.p90, status.cannot_say) == (11, 33, "")

    def test_tells_what_can_be_said_by_now_where_nothing_could_be_then(self, cast: Cast):
        many_ended(cast.quest, cast.bea)
        refreshed(cast.quest)
        assert self.status(cast).forecast.p90 == 36

    def test_takes_a_number_back_once_the_queue_is_held(self, cast: Cast):
        many_ended(cast.quest, cast.bea)
        refreshed(cast.quest)
        Queue.objects.update(held_at=timezone.now())
        status = self.status(cast, forecast_p50=11, forecast_p90=33)
        assert (status.forecast, status.held) == (None, True)
        assert "hold" in status.cannot_say
        assert "keeps their place" in status.why

    def test_nobody_can_say_for_who_is_alone(self, cast: Cast):
        status = self.status(cast)
        assert status.forecast is None
        assert "nobody else waits here" in status.cannot_say

    def test_tells_what_the_tick_said(self, cast: Cast):
        status = self.status(cast, why="more_people", missing=2)
        assert (status.why, status.missing) == ("It takes two more people to make a team.", 2)

    def test_who_does_not_wait_is_told_nothing_of_it(self, cast: Cast):
        status = self.status(cast, state="left", ended_at=timezone.now(), why="more_people", missing=2)
        assert (status.forecast, status.cannot_say, status.why, status.missing) == (None, "", "", None)


class TestCalibration:
    def rows(self, cast: Cast) -> list[Held]:
        (queue,) = queue_figures(event=cast.event, quest_id=cast.quest.pk)
        return queue.figures.calibration

    def test_is_the_share_of_waits_under_the_shown_p90(self, cast: Cast):
        many_ended(cast.quest, cast.bea, range(1, 11), forecast_p90=8)
        [row] = self.rows(cast)
        assert (row.group, row.forecasts, row.under, row.share) == ("en", 10, 8, 0.8)

    def test_who_still_waits_past_it_is_over_it(self, cast: Cast):
        make_ticket(cast.quest, cast.ben, group="en", joined_at=timezone.now() - timedelta(seconds=41), forecast_p90=40)
        make_ticket(cast.quest, cast.bea, group="en", joined_at=timezone.now() - timedelta(seconds=39), forecast_p90=40)
        [row] = self.rows(cast)
        assert (row.forecasts, row.under) == (1, 0)

    def test_who_left_before_it_is_left_out(self, cast: Cast):
        ended(cast.quest, cast.ben, 30, "left", forecast_p90=40)
        ended(cast.quest, cast.bea, 50, "expired", forecast_p90=40)
        [row] = self.rows(cast)
        assert (row.forecasts, row.under) == (1, 0)

    def test_who_was_told_nothing_is_no_part_of_it(self, cast: Cast):
        ended(cast.quest, cast.ben, 30)
        assert self.rows(cast) == []

    def test_the_largest_group_comes_first(self, cast: Cast):
        ended(cast.quest, cast.ben, 30, forecast_p90=40, group="fr")
        many_ended(cast.quest, cast.bea, range(1, 4), forecast_p90=8)
        assert [row.group for row in self.rows(cast)] == ["en", "fr"]
