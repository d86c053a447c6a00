"""The waiting page, and what matching shows on the pages of others."""

from __future__ import annotations

import json
import re

import pytest
from django.utils import timezone

from echoroom.events.tests.browser import PART, browser_of
from echoroom.events.tests.factories import ParticipantFactory
from matching.models import Ticket
from matching.pages import MOST_RINGS
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from matching.tests.factories import make_ticket
from rooms.models import Membership
from rooms.services.seating import leave_room
from rooms.tests.factories import make_quest
from tests.queries import keeps_its_promise


def queue(cast, *people):
    for person in people:
        join_queue(by=cast.viewer(person), quest_id=cast.quest.pk)


def page_of(person) -> str:
    answer = browser_of(person).get("/spin")
    assert answer.status_code == 200
    return answer.content.decode()


def test_find_my_team_joins_the_queue(cast):
    browser = browser_of(cast.ben)
    assert "Find my team" in browser.get(f"/quest/{cast.quest.pk}").content.decode()
    answer = browser.post("/spin", {"quest": str(cast.quest.pk)}, headers=PART)
    assert json.loads(answer.headers["HX-Location"])["path"] == "/spin"
    assert Ticket.objects.waiting().get().participant == cast.ben


def test_without_scripts_it_joins_too(cast):
    answer = browser_of(cast.ben).post("/spin", {"quest": str(cast.quest.pk)})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/spin"


@pytest.mark.parametrize("quest", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_quest_that_is_not_there_cannot_be_queued_for(cast, quest):
    answer = browser_of(cast.ben).post("/spin", {"quest": quest}, headers=PART)
    assert answer.status_code == 404
    assert "No such quest" in answer.content.decode()


def test_joining_too_often_is_refused_in_words(cast):
    browser = browser_of(cast.ben)
    answers = [browser.post("/spin", {"quest": str(cast.quest.pk)}, headers=PART) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "You joined queues too often" in answers[-1].content.decode()


def test_waiting_shows_the_place_and_a_ring_for_everybody(cast, clock):
    queue(cast, cast.ben)
    clock.shift(1)
    queue(cast, cast.bea)
    page = page_of(cast.bea)
    assert "Two of three are here." in page
    assert "You are number 2 of 2" in page
    assert len(re.findall('id="ring-', page)) == 3
    assert page.count('class="missing"') == 1
    assert page.count('class="yours"') == 1
    assert f'data-live-topic="queue:{cast.quest.pk}"' in page
    assert f'data-live-topic="me:{cast.bea.pk}"' in page


def test_many_who_wait_do_not_overflow_the_drawing(cast):
    people = ParticipantFactory.create_batch(20, event=cast.event)
    queue(cast, *people)
    page = page_of(people[-1])
    assert len(re.findall('id="ring-', page)) == MOST_RINGS
    assert page.count('class="yours"') == 1


def test_the_waiting_part_is_read_again_only_when_it_changed(cast, clock):
    queue(cast, cast.ben)
    browser = browser_of(cast.ben)
    first = browser.get("/spin/news", headers=PART)
    assert browser.get("/spin/news", headers={**PART, "If-None-Match": first.headers["ETag"]}).status_code == 304
    clock.shift(1)
    queue(cast, cast.bea)
    second = browser.get("/spin/news", headers={**PART, "If-None-Match": first.headers["ETag"]})
    assert "Two of three are here." in second.content.decode()
    assert "<title>1 of 2" in second.content.decode()


def test_the_matched_page_moves_on_by_itself(cast):
    queue(cast, *cast.team)
    tick()
    code = Membership.objects.get(participant=cast.ben).room.code
    moved = browser_of(cast.ben).get("/spin/news", headers=PART)
    assert json.loads(moved.headers["HX-Location"])["path"] == f"/room/{code}"
    assert browser_of(cast.ben).get("/spin").headers["Location"] == f"/room/{code}"
    leave_room(by=cast.viewer(cast.ben), room_code=code)
    assert "that room is behind you" in page_of(cast.ben)


@pytest.mark.parametrize("path", ["/world", "/me", "/quest"])
def test_who_looks_around_while_waiting_keeps_the_place_and_is_fetched(cast, path):
    queue(cast, cast.ben)
    browser = browser_of(cast.ben)
    page = browser.get(f"/quest/{cast.quest.pk}" if path == "/quest" else path).content.decode()
    assert f'data-live-topic="queue:{cast.quest.pk}"' in page
    assert f'data-live-topic="me:{cast.ben.pk}" data-live-version="0"' in page
    assert browser.get("/spin/news?elsewhere", headers=PART).status_code == 204
    queue(cast, cast.bea, cast.bob)
    tick()
    assert "/room/" in browser.get("/spin/news?elsewhere", headers=PART).headers["HX-Location"]


def test_leaving_the_queue_leads_back_to_the_quest(cast):
    queue(cast, cast.ben)
    answer = browser_of(cast.ben).post("/spin/leave")
    assert answer.headers["Location"] == f"/quest/{cast.quest.pk}"
    assert not Ticket.objects.waiting().exists()
    assert "You left the queue" in page_of(cast.ben)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("no_team", "No team came together in time"),
        ("expired", "We lost sight of you"),
        ("closed", "This quest has closed"),
    ],
)
def test_who_found_no_team_is_told_what_to_do(cast, state, words):
    make_ticket(cast.quest, cast.ben, state=state, ended_at=timezone.now())
    page = page_of(cast.ben)
    assert words in page
    assert ("Wait again" in page) == (state != "closed")
    assert "Choose a quest" in page


def test_who_never_queued_is_sent_to_the_quests(cast):
    assert "Choose a quest first" in page_of(cast.ben)
    assert browser_of(cast.ben).post("/spin/leave").headers["Location"] == "/world"


def test_one_queue_at_a_time_is_said_where_the_button_was(cast):
    other = make_quest(event=cast.event, slug="other", title="The other quest")
    queue(cast, cast.ben)
    browser = browser_of(cast.ben)
    assert "Leave that queue first" in browser.get(f"/quest/{other.pk}").content.decode()
    assert "You wait for a team" in browser.get(f"/quest/{cast.quest.pk}").content.decode()
    assert "You wait for a team" in browser.get("/world").content.decode()
    assert "You wait for a team" in browser.get("/me").content.decode()
    refused = browser.post("/spin", {"quest": str(other.pk)}, headers=PART)
    assert refused.status_code == 409


def test_who_sits_in_a_room_finds_the_way_back_where_the_button_was(cast):
    room = cast.room()
    page = browser_of(cast.ben).get(f"/quest/{cast.quest.pk}").content.decode()
    assert f"You sit in room <b>{room.code}</b>" in page
    assert "Find my team" not in page


def test_the_queue_promises_its_statements(cast):
    queue(cast, cast.ben, cast.bea)
    browser = browser_of(cast.ben)
    # Person, sign of life, ticket, and place with length; a part does without the person.
    keeps_its_promise("GET /spin", 4, lambda: browser.get("/spin"))
    keeps_its_promise("GET /spin/news", 3, lambda: browser.get("/spin/news", headers=PART))
