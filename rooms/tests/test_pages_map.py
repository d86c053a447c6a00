from __future__ import annotations

import re

from echoroom.events.models import Participant
from echoroom.events.tests.browser import browser_of
from rooms.models import DecisionMap
from rooms.services.decision_maps import make_decision_map
from rooms.tests.factories import make_quest
from rooms.tests.moves import commit, everyone_votes, playing_room, vote_again
from tests.cast import Cast
from tests.queries import keeps_its_promise


def made_map(cast: Cast, *rounds: str) -> DecisionMap:
    """One decision for each of `rounds`: "AAB" for one round, "AAB AAA" for two."""
    cast.quest = make_quest(event=cast.event, slug=f"of-{len(rounds)}", decisions=len(rounds), rounds=2)
    room = playing_room(cast)
    for number, votes in enumerate(rounds, start=1):
        first, _, second = votes.partition(" ")
        everyone_votes(cast.team, room, first)
        if second:
            vote_again(cast.ben, room, decision=number)
            everyone_votes(cast.team, room, second)
        commit(cast.ben, room, "A")
    made = make_decision_map(room_id=room.pk)
    assert made
    return made


def test_the_map_keeps_both_rounds_the_split_and_the_dissent(cast):
    made = made_map(cast, "AAB", "ABB AAB")
    page = browser_of(cast.bea).get(f"/artifact/{made.pk}").content.decode()
    assert "The first round" in page
    assert "The second round" in page
    assert "moved from B to A" in page
    assert "<b>Dissent:</b>" in page
    assert page.count("Bob wants B.") == 3
    assert re.search(r"Committed by <b [^>]*><bdi>Ben</bdi></b>", page)
    assert made.digest in page


def test_a_map_promises_three_statements(cast):
    made = made_map(cast, "AAB", "ABC")
    browser = browser_of(cast.ben)
    # The person, the map with its room and event, the person's link to share it.
    keeps_its_promise("GET /artifact/{id}", 3, lambda: browser.get(f"/artifact/{made.pk}"))


def test_a_map_is_for_those_who_played(cast):
    made = made_map(cast, "AAB")
    page = browser_of(cast.cleo).get(f"/artifact/{made.pk}")
    assert page.status_code == 404
    assert "not yours" in page.content.decode()


def test_my_page_lists_my_maps(cast):
    made = made_map(cast, "AAB")
    assert f"/artifact/{made.pk}" in browser_of(cast.ben).get("/me").content.decode()
    assert f"/artifact/{made.pk}" not in browser_of(cast.cleo).get("/me").content.decode()


def test_a_map_holds_no_markup_of_its_players(cast):
    Participant.objects.update(name="<script>alert(1)</script>")
    page = browser_of(cast.ben).get(f"/artifact/{made_map(cast, 'AAB').pk}").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
