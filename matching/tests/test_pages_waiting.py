"""What the waiting page says about the wait, and where it sends who has no team."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from echoroom.events.models import Event
from echoroom.events.tests.browser import PART, browser_of
from matching.models import Queue, Ticket
from matching.selectors.elsewhere import MOST, elsewhere
from matching.services.queueing import join_queue
from matching.tests.factories import make_ticket
from rooms.models import Quest, QuestVersion
from rooms.tests.factories import make_quest
from rooms.tests.questions import make_form
from tests.cast import Cast
from tests.queries import keeps_its_promise


def page_of(person) -> str:
    answer = browser_of(person).get("/spin")
    assert answer.status_code == 200
    return answer.content.decode()


def known(quest: Quest, person) -> None:
    """A queue in which somebody else waits and enough teams were formed."""
    join_queue(by=person, quest_id=quest.pk)
    now = timezone.now() - timedelta(seconds=60)
    group = {"waits": [10.0] * 20, "arrivals": [now.timestamp()], "here": 1}
    state = {"groups": {"": group}, "at": now.timestamp(), "minimum": 2, "counted": []}
    Queue.objects.update(forecast=state, forecast_at=now)


class TestWaiting:
    def test_says_how_long_and_why(self, cast: Cast):
        known(cast.quest, cast.viewer(cast.bea))
        make_ticket(cast.quest, cast.ben, forecast_p50=20, forecast_p90=50, why="more_people", missing=1)
        page = page_of(cast.ben)
        assert "Usually about 20 s, nine in ten under 50 s." in page
        assert "It takes one more person to make a team." in page
        assert 'data-late-in="50" hidden' in page

    def test_admits_that_it_takes_longer_than_it_said(self, cast: Cast):
        known(cast.quest, cast.viewer(cast.bea))
        joined = timezone.now() - timedelta(seconds=51)
        make_ticket(cast.quest, cast.ben, joined_at=joined, forecast_p50=20, forecast_p90=50)
        assert 'data-late-in="-1">Yours takes longer than nine in ten.' in page_of(cast.ben)

    def test_says_that_nobody_can_say(self, cast: Cast):
        make_ticket(cast.quest, cast.ben)
        page = page_of(cast.ben)
        assert "Nobody can say how long it takes" in page
        assert "data-late-in" not in page

    @pytest.mark.parametrize(
        ("level", "says"), [(1, "a team of another size"), (2, "just played with"), (3, "any team")]
    )
    def test_announces_which_rules_gave_way_to_the_wait(self, cast: Cast, level: int, says: str):
        QuestVersion.objects.filter(quest=cast.quest).update(team_max=4)
        make_ticket(cast.quest, cast.ben, why="time", missing=0, level=level)
        make_ticket(cast.quest, cast.bea, why="time", missing=0)
        assert says in page_of(cast.ben)
        assert "You have waited long enough" not in page_of(cast.bea)

    def test_promises_no_other_size_where_there_is_none(self, cast: Cast):
        QuestVersion.objects.filter(quest=cast.quest).update(team_min=3)
        make_ticket(cast.quest, cast.ben, why="time", missing=0, level=1)
        page = page_of(cast.ben)
        assert "a team of another size" not in page
        assert "a smaller team goes ahead" not in page

    def test_says_that_the_queue_is_held(self, cast: Cast):
        make_ticket(cast.quest, cast.ben)
        Queue.objects.update(held_at=timezone.now())
        page = page_of(cast.ben)
        assert "This queue is held for a moment." in page
        assert "<title>On hold" in page

    def test_asks_for_no_permission_by_itself(self, cast: Cast):
        make_ticket(cast.quest, cast.ben)
        assert 'data-notify="default" hidden>Notify me when it is over' in page_of(cast.ben)

    def test_is_read_again_once_the_reason_is_another(self, cast: Cast):
        ticket = make_ticket(cast.quest, cast.ben, why="more_people", missing=2)
        browser = browser_of(cast.ben)
        etag = browser.get("/spin/news", headers=PART).headers["ETag"]
        Ticket.objects.filter(pk=ticket.pk).update(missing=1)
        again = browser.get("/spin/news", headers={**PART, "If-None-Match": etag})
        assert "It takes one more person" in again.content.decode()

    def test_a_block_and_a_mixed_team_that_is_waited_for_look_alike(self, cast: Cast):
        ticket = make_ticket(cast.quest, cast.ben, why="time", missing=0)
        make_ticket(cast.quest, cast.bea)
        browser = browser_of(cast.ben)
        softly = browser.get("/spin/news", headers=PART).headers["ETag"]
        Ticket.objects.filter(pk=ticket.pk).update(why="nobody_fits", missing=2)
        assert browser.get("/spin/news", headers=PART).headers["ETag"] == softly


class TestNoTeam:
    def lost(self, cast: Cast, state: str = "no_team") -> str:
        make_ticket(cast.quest, cast.ben, state=state, ended_at=timezone.now())
        return page_of(cast.ben)

    @pytest.mark.parametrize("state", ["no_team", "expired", "closed", "left", "matched"])
    def test_is_sent_where_people_wait(self, cast: Cast, state: str):
        busy = make_quest(event=cast.event, slug="busy", title="The busy quest")
        join_queue(by=cast.viewer(cast.bea), quest_id=busy.pk)
        page = self.lost(cast, state)
        assert f'href="/quest/{busy.pk}"' in page
        assert "one person waits" in page

    def test_is_told_of_what_one_answers_alone(self, cast: Cast):
        form = make_form(cast.event)
        page = self.lost(cast)
        assert f'href="/quest/{form.pk}"' in page
        assert "you answer it alone" in page

    def test_is_offered_practice_only_where_it_does_not_count(self, cast: Cast):
        assert "practice" not in self.lost(cast).lower()
        Event.objects.update(is_test=True)
        assert "play with practice bots right now" in page_of(cast.ben)
        assert "Play with practice team-mates" in page_of(cast.ben)


class TestElsewhere:
    def test_names_the_busiest_first_and_not_too_many(self, cast: Cast):
        for number in range(5):
            make_quest(event=cast.event, slug=f"quest-{number}", title=f"Quest {number}")
        for person, slug in ((cast.cleo, "quest-3"), (cast.bea, "quest-1"), (cast.bob, "quest-1")):
            join_queue(by=cast.viewer(person), quest_id=Quest.objects.get(slug=slug).pk)
        found = elsewhere(viewer=cast.viewer(cast.ben), except_for=None)
        assert [(row.title, row.waiting) for row in found] == [("Quest 1", 2), ("Quest 3", 1)]
        for number in range(MOST):
            make_form(cast.event, slug=f"form-{number}")
        assert len(elsewhere(viewer=cast.viewer(cast.ben), except_for=None)) == MOST

    def test_leaves_out_quests_that_are_locked_played_foreign_or_the_one_one_comes_from(self, cast: Cast):
        join_queue(by=cast.viewer(cast.bea), quest_id=cast.quest.pk)
        assert [row.quest_id for row in elsewhere(viewer=cast.viewer(cast.ben), except_for=None)] == [cast.quest.pk]
        assert elsewhere(viewer=cast.viewer(cast.ben), except_for=cast.quest.pk) == []
        Quest.objects.filter(pk=cast.quest.pk).update(is_open=False)
        assert elsewhere(viewer=cast.viewer(cast.ben), except_for=None) == []

    def test_one_query(self, cast: Cast):
        make_form(cast.event)
        keeps_its_promise("elsewhere", 1, lambda: elsewhere(viewer=cast.viewer(cast.ben), except_for=None))
