"""What badges promise the database, the same for a small team and quest as for large ones."""

from __future__ import annotations

import pytest
import time_machine

from badges.catalogue import CATALOGUE
from badges.services.awarding import check_participant, check_people, check_room
from badges.services.telling import mark_seen
from badges.tests.playing import finished
from echoroom.events.tests.browser import PART, browser_of
from rooms.models import Room
from rooms.tests.factories import make_people, make_quest
from tests.cast import ApiClient, Cast, make_cast
from tests.queries import keeps_its_promise

PROMISES = {
    # Room, event; team, votes, commit, map; people, quests, mates (two); held, given, read back; audit; three to tell.
    "checking a room": 20,
    "checking a room again": 13,
    "checking somebody again": 8,
    "GET /api/badges": 1,
    "GET /api/badges/{user_id}": 2,
    "GET /badges": 5,
    "GET /badges/news with nothing new": 1,
    "GET /badges/news where all are shown": 2,
    "GET /badges/room/{code}": 1,
}
SMALL, LARGE = {"decisions": 1, "size": 2}, {"decisions": 8, "size": 5}


@pytest.fixture(params=[SMALL, LARGE], ids=["small", "large"])
def cast(request: pytest.FixtureRequest, db: None, clock: time_machine.Traveller) -> Cast:
    size = request.param["size"]
    cast = make_cast(decisions=request.param["decisions"], team_size=size, team_max=size)
    cast.team = [cast.ben, *make_people(cast.event, size - 1)]
    return cast


@pytest.fixture
def room(cast: Cast) -> Room:
    """Everybody of the team has played before, as often as there are decisions."""
    decisions = cast.quest.current.decisions.count()  # type: ignore[union-attr]
    votes = "A" * len(cast.team)
    for number in range(decisions):
        quest = make_quest(event=cast.event, slug=f"quest-{number}", decisions=1, team_size=5, team_max=5)
        finished(quest, cast.team, votes)
    return finished(cast.quest, cast.team, *[votes] * decisions)


def test_checking_a_room(room: Room):
    keeps_its_promise("checking a room", PROMISES["checking a room"], lambda: check_room(room_id=room.pk))
    again = PROMISES["checking a room again"]
    keeps_its_promise("checking a room again", again, lambda: check_room(room_id=room.pk))


def test_checking_people(cast: Cast, room: Room):
    check_room(room_id=room.pk)
    again = PROMISES["checking somebody again"]
    keeps_its_promise("checking somebody again", again + 1, lambda: check_participant(participant_id=cast.ben.pk))
    ids = [person.pk for person in cast.team]
    keeps_its_promise("checking people again", again, lambda: check_people(event_id=cast.event.pk, participant_ids=ids))


def test_reading_them(cast: Cast, room: Room):
    check_room(room_id=room.pk)
    mark_seen(by=cast.viewer(cast.ben), badges=[badge.key for badge in CATALOGUE])
    client, browser = ApiClient(cast.ben), browser_of(cast.ben)
    client.get("/api/auth/me")
    browser.get("/me")

    def promise(what: str, ask: object) -> None:
        keeps_its_promise(what, PROMISES[what], ask)  # type: ignore[arg-type]

    promise("GET /api/badges", lambda: client.get("/api/badges"))
    promise("GET /api/badges/{user_id}", lambda: client.get(f"/api/badges/{cast.team[1].pk}"))
    promise("GET /badges", lambda: browser.get("/badges"))
    promise("GET /badges/news with nothing new", lambda: browser.get("/badges/news", headers=PART))
    shown = {**PART, "If-None-Match": browser.get("/badges/news?shelf", headers=PART)["ETag"]}
    promise("GET /badges/news where all are shown", lambda: browser.get("/badges/news?shelf", headers=shown))
    promise("GET /badges/room/{code}", lambda: browser.get(f"/badges/room/{room.code}", headers=PART))
