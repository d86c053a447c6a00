"""What a member does on the page: the answer is the changed parts, or, without scripts, the page."""

from __future__ import annotations

import pytest

from echoroom.events.tests.browser import PART, browser_of
from rooms.models import Commit, Membership, Vote
from rooms.tests.factories import make_room
from rooms.tests.moves import commit, everyone_votes, now, playing_room, vote_again
from tests.cast import make_cast
from tests.queries import keeps_its_promise


def send(person, room, verb, data=None, *, plain=False):
    return browser_of(person).post(f"/room/{room.code}/{verb}", data or {}, headers={} if plain else PART)


def test_start_shows_the_first_decision(cast):
    room = make_room(cast.quest, cast.team)
    answer = send(cast.ben, room, "start")
    assert answer.status_code == 200
    assert "What now, number 1?" in answer.content.decode()
    assert send(cast.bea, room, "start").status_code == 200


def test_too_few_cannot_start(cast):
    answer = send(cast.ben, make_room(cast.quest, [cast.ben]), "start")
    assert answer.status_code == 409
    assert "Too few people to start" in answer.content.decode()


def test_a_vote_is_answered_with_the_waiting_state(cast):
    room = playing_room(cast)
    answer = send(cast.ben, room, "vote", {"decision": 1, "option": "B", "justification": "Line one\r\nline two"})
    assert answer.status_code == 200
    assert "Your vote is in." in answer.content.decode()
    assert Vote.objects.get().justification == "Line one\nline two"


def test_without_scripts_a_vote_leads_back_to_the_room(cast):
    room = playing_room(cast)
    answer = send(cast.ben, room, "vote", {"decision": 1, "option": "B", "justification": "So."}, plain=True)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/room/{room.code}"


WRONG = [
    ({"option": "", "justification": "So."}, "Choose one of the options above"),
    ({"option": "B", "justification": "   "}, "Your vote needs a reason"),
    ({"option": "B", "justification": "x" * 4001}, "The reason is too long"),
]


@pytest.mark.parametrize(("given", "sentence"), WRONG)
def test_what_is_wrong_with_a_vote_is_said_beside_its_form(cast, given, sentence):
    answer = send(cast.ben, playing_room(cast), "vote", {"decision": 1, **given})
    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#vote-problem"
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(("given", "sentence"), WRONG)
def test_without_scripts_it_is_said_too_and_what_was_typed_is_kept(cast, given, sentence):
    answer = send(cast.ben, playing_room(cast), "vote", {"decision": 1, **given}, plain=True)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert f"{given['justification']}</textarea>" in page


def test_a_late_vote_is_refused_and_the_page_catches_up(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAB")
    answer = send(cast.ben, room, "vote", {"decision": 1, "option": "B", "justification": "Too late."})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Voting is over" in text
    assert "What does your team commit to?" in text
    assert answer.headers["HX-Reswap"] == "none"


@pytest.mark.parametrize("number", ["", "x", "-1", "99999999999", "²"])
def test_a_decision_that_does_not_exist_is_refused(cast, number):
    answer = send(cast.ben, playing_room(cast), "vote", {"decision": number, "option": "A", "justification": "So."})
    assert answer.status_code == 404
    assert "No such decision" in answer.content.decode()


@pytest.mark.parametrize("number", ["2", "3", "x", "²"])
def test_a_round_that_is_not_open_is_refused(cast, number):
    given = {"decision": 1, "round": number, "option": "A", "justification": "So."}
    answer = send(cast.ben, playing_room(cast), "vote", given)
    assert answer.status_code == 409
    assert "That decision is not open yet" in answer.content.decode()
    assert not Vote.objects.exists()


def test_a_form_sent_again_after_the_second_round_opened_stays_a_vote_of_the_first(db, clock):
    cast = make_cast(decisions=1, rounds=2)
    room = playing_room(cast)
    form = browser_of(cast.ben).get(f"/room/{room.code}").content.decode()
    assert '<input type="hidden" name="round" value="1">' in form
    given = {"decision": 1, "round": 1, "option": "A", "justification": "So."}
    send(cast.ben, room, "vote", given)
    everyone_votes([cast.bea, cast.bob], room, "AB")
    vote_again(cast.bea, room)
    assert send(cast.ben, room, "vote", given).status_code == 200
    assert not Vote.objects.filter(round=2).exists()
    form = browser_of(cast.ben).get(f"/room/{room.code}").content.decode()
    assert '<input type="hidden" name="round" value="2">' in form


def test_a_commit_sent_again_after_the_second_reveal_settles_nothing(db, clock):
    cast = make_cast(decisions=1, rounds=2)
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAB")
    form = browser_of(cast.ben).get(f"/room/{room.code}").content.decode()
    assert '<input type="hidden" name="round" value="1">' in form
    vote_again(cast.bea, room)
    everyone_votes(cast.team, room, "AAB")
    answer = send(cast.ben, room, "commit", {"decision": 1, "round": 1, "option": "A"})
    assert answer.status_code == 409
    assert "The team has voted again" in answer.content.decode()
    assert now(room).phase == "revealed"


def test_a_commit_moves_everybody_on(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAB")
    answer = send(cast.bob, room, "commit", {"decision": 1, "option": "A"})
    assert "What now, number 2?" in answer.content.decode()
    assert Commit.objects.get().author.participant == cast.bob


def test_a_commit_that_comes_second_is_told_so(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "ABC")
    commit(cast.ben, room, "A")
    answer = send(cast.bob, room, "commit", {"decision": 1, "option": "B"})
    assert answer.status_code == 409
    assert "The team has committed" in answer.content.decode()
    assert "What now, number 2?" in answer.content.decode()


def test_nothing_chosen_is_no_commit(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "ABC")
    assert send(cast.bob, room, "commit", {"decision": 1}).status_code == 400


def test_no_second_vote_where_the_quest_has_none(cast):
    room = playing_room(cast)
    everyone_votes(cast.team, room, "AAB")
    answer = send(cast.ben, room, "again", {"decision": 1})
    assert answer.status_code == 409
    assert "No second vote" in answer.content.decode()


def test_leaving_leads_to_the_quests(cast):
    room = playing_room(cast)
    answer = send(cast.ben, room, "leave")
    assert '"/world"' in answer.headers["HX-Location"]
    assert Membership.objects.get(participant=cast.ben).left_at is not None
    assert browser_of(cast.ben).get(f"/room/{room.code}").status_code == 404


def test_writes_promise_their_statements(cast):
    room = playing_room(cast)
    browser = browser_of(cast.ben)
    given = {"decision": 1, "option": "A", "justification": "So."}
    keeps_its_promise(
        "POST /room/{code}/vote", 12, lambda: browser.post(f"/room/{room.code}/vote", given, headers=PART)
    )
    everyone_votes([cast.bea, cast.bob], room, "AB")
    chosen = {"decision": 1, "option": "A"}
    keeps_its_promise(
        "POST /room/{code}/commit", 12, lambda: browser.post(f"/room/{room.code}/commit", chosen, headers=PART)
    )
    assert now(room).decision_number == 2
