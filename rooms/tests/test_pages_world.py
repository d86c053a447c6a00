from __future__ import annotations

import pytest

from echoroom.events.tests.browser import browser_of
from rooms.models import Quest, Region
from rooms.tests.factories import make_quest
from rooms.tests.moves import commit as commits
from rooms.tests.moves import everyone_votes, leave, playing_room
from tests.queries import keeps_its_promise


def test_the_world_shows_its_regions_and_quests(cast):
    page = browser_of(cast.ben).get("/world").content.decode()
    assert "Riverside" in page
    assert f'href="/quest/{cast.quest.pk}"' in page
    assert "two decisions" in page


def test_the_world_promises_five_statements_however_large_it_is(cast):
    browser = browser_of(cast.ben)
    browser.get("/world")
    # Person, playing, quests, regions, queue; content once a process.
    keeps_its_promise("GET /world", 5, lambda: browser.get("/world"))
    for number in range(8):
        make_quest(event=cast.event, slug=f"quest-{number}", region=f"Region {number % 3}")
    browser.get("/world")
    keeps_its_promise("GET /world", 5, lambda: browser.get("/world"))


def test_an_empty_world_says_what_will_be_here(cast):
    Quest.objects.update(current=None)
    assert "Nothing here yet" in browser_of(cast.ben).get("/world").content.decode()
    Quest.objects.all().delete()
    Region.objects.all().delete()
    assert "There are no quests yet" in browser_of(cast.ben).get("/world").content.decode()


def test_a_locked_quest_cannot_be_opened_from_its_card(cast):
    Region.objects.update(is_open=False)
    page = browser_of(cast.ben).get("/world").content.decode()
    assert f'href="/quest/{cast.quest.pk}"' not in page
    assert "locked" in page
    quest = browser_of(cast.ben).get(f"/quest/{cast.quest.pk}").content.decode()
    assert "This quest is locked" in quest
    assert "Find my team" not in quest


def test_the_world_leads_back_to_the_room(cast):
    room = playing_room(cast)
    assert f'href="/room/{room.code}"' in browser_of(cast.ben).get("/world").content.decode()
    leave(cast.ben, room)
    assert f'href="/room/{room.code}"' not in browser_of(cast.ben).get("/world").content.decode()


def test_a_played_quest_says_so(cast):
    room = playing_room(cast)
    for _ in (1, 2):
        everyone_votes(cast.team, room, "AAA")
        commits(cast.ben, room)
    assert "<b>played</b>" in browser_of(cast.ben).get("/world").content.decode()
    assert "<b>played</b>" not in browser_of(cast.cleo).get("/world").content.decode()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("plurality", "Most votes"),
        ("majority", "More than half"),
        ("unanimous", "Everyone"),
        ("captain", "The captain decides"),
    ],
)
def test_a_quest_explains_its_rule(cast, rule, words):
    quest = make_quest(event=cast.event, slug=rule, rule=rule)
    assert words in browser_of(cast.ben).get(f"/quest/{quest.pk}").content.decode()


def test_a_quest_promises_five_statements(cast):
    browser = browser_of(cast.ben)
    path = f"/quest/{cast.quest.pk}"
    browser.get(path)
    # Person, quest, queue, playing, party.
    keeps_its_promise("GET /quest/{id}", 5, lambda: browser.get(path))


def test_another_events_quest_does_not_exist(cast):
    page = browser_of(cast.ben).get(f"/quest/{make_quest().pk}")
    assert page.status_code == 404
    assert "no such quest" in page.content.decode()
