"""A room's page in each of its states."""

from __future__ import annotations

import re

import pytest

from echoroom.events.models import Participant
from echoroom.events.tests.browser import PART, browser_of
from rooms.models import Room
from rooms.services.decision_maps import make_decision_map
from rooms.services.seating import close_room
from rooms.tests.factories import make_quest, make_room
from rooms.tests.moves import commit, everyone_votes, leave, playing_room, sweep, vote, vote_again, wait, write
from tests.cast import Cast, make_cast
from tests.queries import keeps_its_promise

HOSTILE = "<script>alert(1)</script>"


def page_of(person: Participant, room: Room, **query: str) -> str:
    answer = browser_of(person).get(f"/room/{room.code}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def news_of(person: Participant, room: Room, stage: str = "", etag: str = ""):
    headers = {**PART, "If-None-Match": etag} if etag else PART
    return browser_of(person).get(f"/room/{room.code}/news", {"stage": stage}, headers=headers)


def stage_in(page: str) -> str:
    found = re.search(r'data-stage="([\w.]+)"', page)
    assert found
    return found[1]


def etag_in(page: str) -> str:
    found = re.search(r"data-etag='(\".+?\")'", page)
    assert found
    return found[1]


def test_the_lobby_shows_who_is_here_and_the_button(cast):
    room = make_room(cast.quest, cast.team)
    page = page_of(cast.ben, room)
    assert "Start the first decision" in page
    assert all(name in page for name in ("Ben", "Bea", "Bob"))


def test_alone_in_the_lobby_there_is_nothing_to_start(cast):
    page = page_of(cast.ben, make_room(cast.quest, [cast.ben]))
    assert "Start the first decision" not in page
    assert "waits for one more person" in page


def test_voting_shows_the_question_the_clock_and_the_form(cast):
    page = page_of(cast.ben, playing_room(cast))
    assert "What now, number 1?" in page
    assert 'data-left="300"' in page
    assert page.count('type="radio"') == 3
    assert "your turn" in page


def test_a_vote_of_another_is_seen_as_cast_and_as_nothing_else(cast):
    room = playing_room(cast)
    vote(cast.bea, room, "B", "A secret reason")
    page = page_of(cast.ben, room)
    assert "One of three has voted" in page
    assert "A secret reason" not in page
    before = page_of(cast.ben, room)
    vote(cast.bea, room, "C", "Another secret, and longer than the first one")
    random = r"(csrf\w*|key)\" value=\"\w+|Token\": \"\w+"
    assert re.sub(random, "", page_of(cast.ben, room)) == re.sub(random, "", before)


def test_after_ones_vote_the_page_waits_with_it(cast):
    room = playing_room(cast)
    vote(cast.ben, room, "B", f"My own {HOSTILE}")
    page = page_of(cast.ben, room)
    assert "Your vote is in." in page
    assert "My own &lt;script&gt;" in page
    assert HOSTILE not in page


def test_a_vote_can_be_changed_until_the_reveal(cast):
    room = playing_room(cast)
    vote(cast.ben, room, "B", "My first thought")
    form = page_of(cast.ben, room, change="1")
    assert 'value="B" required checked' in form
    assert "My first thought</textarea>" in form
    part = browser_of(cast.ben).get(f"/room/{room.code}/change", headers=PART).content.decode()
    assert "My first thought</textarea>" in part
    assert stage_in(part) == "edit.1.1"


def test_the_reveal_shows_numbers_names_and_every_reason(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAB")
    page = page_of(cast.bob, room)
    assert "2 of 3" in page
    assert "1 of 3" in page
    assert all(f"{name} wants" in page for name in ("Ben", "Bea", "Bob"))
    assert "A has the most votes." in page
    assert "Commit to A" in page
    assert 'name="option" value="A"' in page
    assert 'name="option" value="B"' not in page
    assert "Vote again" not in page


def test_a_tie_is_explained_and_offers_the_tied(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "ABC")
    page = page_of(cast.ben, room)
    assert "A, B and C are tied" in page
    assert page.count('name="option"') == 3


def rule_room(cast: Cast, rule: str, votes: str, rounds: int = 1) -> Room:
    quest = make_quest(event=cast.event, slug=f"by-{rule}", rule=rule, rounds=rounds)
    cast.quest = quest
    room = playing_room(cast)
    everyone_votes(cast.team, room, votes)
    return room


@pytest.mark.parametrize(
    ("rule", "votes", "words"),
    [
        ("plurality", "AAA", "A has all votes."),
        ("majority", "ABC", "No option has more than half of the votes"),
        ("unanimous", "AAB", "You are not all of one mind"),
        ("captain", "AAB", "You are the captain"),
    ],
)
def test_what_the_votes_mean_is_said_in_words(cast, rule, votes, words):
    assert words in page_of(cast.ben, rule_room(cast, rule, votes))


def test_only_the_captains_page_has_the_button(cast):
    room = rule_room(cast, "captain", "AAB")
    assert "Ben is the captain" in page_of(cast.bea, room)
    assert 'action="/room/' + room.code + '/commit"' not in page_of(cast.bea, room)
    assert page_of(cast.ben, room).count('name="option"') == 3


def test_a_second_round_is_offered_once_and_tells_who_moved(cast):
    room = rule_room(cast, "plurality", "AAB", rounds=2)
    assert "Vote again" in page_of(cast.ben, room)
    vote_again(cast.ben, room)
    again = page_of(cast.bob, room)
    assert "for the last time" in again
    assert "What you said in the first round" in again
    everyone_votes(cast.team, room, "AAA")
    page = page_of(cast.ben, room)
    assert "moved from B to A" in page
    assert "Vote again" not in page


def test_decisions_before_can_be_read_again(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAB")
    commit(cast.bea, room)
    page = page_of(cast.ben, room)
    assert "What now, number 2?" in page
    assert "Your team committed to <b>A</b>" in page
    assert "Bob wants B." in page
    assert "Bea</bdi> committed to A" in page


def test_a_completed_room_waits_for_its_map_and_then_leads_to_it(cast):
    room = playing_room(cast)
    for _ in (1, 2):
        everyone_votes(cast.team, room, "AAB")
        commit(cast.ben, room)
    waiting = page_of(cast.ben, room)
    assert "Making the map" in waiting
    made = make_decision_map(room_id=room.pk)
    assert made
    news = news_of(cast.ben, room, stage_in(waiting), etag_in(waiting))
    assert f"/artifact/{made.pk}" in news.content.decode()


def test_a_closed_room_says_why_and_what_next(cast):
    room = playing_room(cast)
    close_room(by=None, room_id=room.pk)
    page = page_of(cast.ben, room)
    assert "An organiser closed it." in page
    assert "Choose a quest" in page
    assert "Leave the room" not in page


def test_who_is_away_or_has_left_is_said(cast, clock):
    room = playing_room(cast)
    leave(cast.bob, room)
    wait(clock, 130, present=[cast.ben], room=room)
    sweep()
    page = page_of(cast.ben, room)
    assert '<span class="state">left</span>' in page
    assert '<span class="state">away</span>' in page


def test_a_strangers_room_does_not_exist(cast):
    room = playing_room(cast)
    for path in ("", "/news", "/change"):
        assert browser_of(cast.cleo).get(f"/room/{room.code}{path}").status_code == 404
    for verb in ("vote", "commit", "again", "start", "leave"):
        assert (
            browser_of(cast.cleo).post(f"/room/{room.code}/{verb}", {"decision": 1, "option": "A"}).status_code == 404
        )


def test_an_unchanged_room_answers_304_with_one_statement(cast):
    room = playing_room(cast)
    page = page_of(cast.ben, room)
    browser = browser_of(cast.ben)
    path = f"/room/{room.code}/news?stage={stage_in(page)}"
    headers = {**PART, "If-None-Match": etag_in(page)}
    assert browser.get(path, headers=headers).status_code == 304
    keeps_its_promise("GET /room/{code}/news unchanged", 1, lambda: browser.get(path, headers=headers))


def test_news_leave_the_form_that_is_being_filled_in(cast):
    room = playing_room(cast)
    page = page_of(cast.ben, room)
    vote(cast.bea, room)
    news = news_of(cast.ben, room, stage_in(page), etag_in(page))
    assert news.status_code == 200
    text = news.content.decode()
    assert "<textarea" not in text
    assert 'id="team"' in text
    assert "One of three has voted" in text
    assert stage_in(text) == stage_in(page)
    assert news_of(cast.ben, room, stage_in(text), etag_in(text)).status_code == 304


def test_nobody_is_offered_to_leave_a_room_that_has_ended(cast):
    room = playing_room(cast)
    assert "Leave for good" in page_of(cast.ben, room)
    assert 'id="leave"' not in news_of(cast.ben, room).content.decode(), "an open question is not closed by news"
    for _ in range(2):
        everyone_votes(cast.team, room, "AAB")
        commit(cast.ben, room)
    assert "Leave for good" not in page_of(cast.ben, room)
    assert '<div id="leave" hx-swap-oob="true"></div>' in news_of(cast.ben, room).content.decode()


def test_news_leave_the_form_of_who_changes_their_vote(cast):
    room = playing_room(cast)
    vote(cast.ben, room)
    form = browser_of(cast.ben).get(f"/room/{room.code}/change", headers=PART).content.decode()
    vote(cast.bea, room)
    text = news_of(cast.ben, room, stage_in(form)).content.decode()
    assert 'id="stage"' not in text
    assert stage_in(text) == "edit.1.1"


def test_news_replace_the_form_once_the_votes_are_open(cast):
    room = playing_room(cast)
    shown = stage_in(page_of(cast.ben, room))
    everyone_votes(cast.team, room, "AAB")
    text = news_of(cast.ben, room, shown).content.decode()
    assert 'id="stage"' in text
    assert "<title>The votes are open" in text


@pytest.mark.parametrize("stage", ["", '"><script>', "x" * 80, "vote.9.9", "\n"])
def test_news_of_an_unknown_stage_bring_the_right_one(cast, stage):
    room = playing_room(cast)
    text = news_of(cast.ben, room, stage).content.decode()
    assert 'id="stage"' in text
    assert "<script>" not in text


def test_the_room_promises_its_statements(db, clock):
    cast = make_cast(decisions=2, rounds=2)
    room = playing_room(cast)
    browser = browser_of(cast.ben)
    path = f"/room/{room.code}"
    browser.get(path)
    write(cast.bea, room)
    # Place, members, history (three); the page also reads the person, and a member who voted their vote. The chat:
    # who talks, what they said, and how much of it is new.
    keeps_its_promise("GET /room/{code}", 9, lambda: browser.get(path))
    keeps_its_promise("GET /room/{code}/news", 5, lambda: browser.get(f"{path}/news", headers=PART))
    for number in (1, 2):
        everyone_votes(cast.team, room, "AAB")
        vote_again(cast.ben, room, decision=number)
        everyone_votes(cast.team, room, "ABA")
        keeps_its_promise("GET /room/{code} revealed", 10, lambda: browser.get(path))
        commit(cast.ben, room)
    # And what the person has earned there.
    keeps_its_promise("GET /room/{code} completed", 11, lambda: browser.get(path))


def test_names_and_reasons_are_never_markup(cast):
    Participant.objects.filter(pk=cast.bea.pk).update(name=HOSTILE)
    room = playing_room(cast)
    for person in cast.team:
        vote(person, room, "A", f'"><img src=x onerror=alert(1)>{HOSTILE}')
    for person in cast.team:
        page = page_of(person, room)
        assert HOSTILE not in page
        assert "<img" not in page
