"""Where practice bots are offered on the pages, and where organisers see them."""

from __future__ import annotations

import json
import re

import pytest

from echoroom.events.admin.dashboard import dashboard
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.browser import PART, browser_of
from echoroom.events.tests.console import console_of, list_path, rows_of
from matching.models import PracticeRoom
from matching.services.practising import let_bots_act
from matching.services.queueing import join_queue
from matching.services.ticking import tick
from matching.tests.practice import Clock, ask, bots_of, make_test_event, practise
from rooms.faces.preview import preview_of
from rooms.faces.shown import ShownMap
from rooms.models import Membership, Room
from rooms.passage import passage_of
from rooms.selectors import console
from rooms.selectors.decision_maps import document_of
from rooms.tests.factories import make_quest, make_room
from rooms.tests.moves import commit, playing_room, start, vote
from tests.cast import Cast
from tests.queries import keeps_its_promise

FROM_THE_QUEUE = "Play with practice team-mates"
IN_THE_LOBBY = "Fill the free seat"


pytestmark = pytest.mark.usefixtures("bots_in_this_transaction")


@pytest.fixture(autouse=True)
def _a_test_event(cast: Cast) -> None:
    make_test_event(cast)


def page(person: Participant, path: str) -> str:
    answer = browser_of(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def seats_and_votes(cast: Cast, place: str) -> tuple[str, str]:
    """What an organiser reads of the one room there is, in the list of rooms or on the room's own page."""
    path = list_path("rooms_room") if place == "list" else f"/admin/rooms/room/{Room.objects.get().pk}/change/"
    page = console_of(cast.ada).get(path).content.decode().replace("\u00a0", " ")
    texts = re.findall(r">\s*([\d+ bots]+ of \d)\s*<", page)
    seats, votes = texts
    return seats, votes


class TestTheQueue:
    def test_offers_bots_and_the_button_leads_to_a_room_with_them(self, cast: Cast):
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        assert FROM_THE_QUEUE in page(cast.ben, "/spin")
        answer = browser_of(cast.ben).post("/spin/practice", headers=PART)
        room = Room.objects.get()
        assert json.loads(answer.headers["HX-Location"])["path"] == f"/room/{room.code}"
        assert len(bots_of(room)) == 2

    def test_offers_them_to_who_found_no_team(self, cast: Cast, clock: Clock):
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        clock.shift(30)
        tick()
        assert FROM_THE_QUEUE in page(cast.ben, "/spin")

    def test_of_a_real_event_says_nothing_of_them_and_refuses_in_words(self, cast: Cast):
        Event.objects.update(is_test=False)
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        assert FROM_THE_QUEUE not in page(cast.ben, "/spin")
        answer = browser_of(cast.ben).post("/spin/practice", headers=PART)
        assert answer.status_code == 403
        assert "Here people play with people" in answer.content.decode()


class TestTheLobby:
    def test_offers_bots_for_as_many_seats_as_are_free(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben])
        assert "Two seats of your team are free." in page(cast.ben, f"/room/{room.code}")
        ask(cast.ben)
        assert IN_THE_LOBBY not in page(cast.ben, f"/room/{room.code}")

    def test_of_a_real_event_does_not(self, cast: Cast):
        Event.objects.update(is_test=False)
        room = make_room(cast.quest, [cast.ben])
        assert IN_THE_LOBBY not in page(cast.ben, f"/room/{room.code}")

    def test_is_gone_once_they_play(self, cast: Cast):
        room = playing_room(cast, [cast.ben, cast.bea])
        assert IN_THE_LOBBY not in page(cast.ben, f"/room/{room.code}")


def test_the_maps_passage_counts_people_and_names_bots(cast: Cast):
    room = start(cast.ben, practise(cast))
    vote(cast.ben, room, "A")
    let_bots_act()
    allowed = Room.objects.get().reveals.get()
    assert allowed.votes == 3
    view = browser_of(cast.ben).get(f"/api/rooms/{room.code}").json()
    commit(cast.ben, room, view["you_may"]["commit"][0])
    document = document_of(room.pk)
    assert passage_of(document).startswith("One person and two practice bots made one decision.")
    picture = preview_of(ShownMap(document, "", cast.event))
    assert picture["summary"] == "One person and two practice bots, one decision"


class TestOrganisers:
    def test_find_people_and_bots_apart(self, cast: Cast):
        room = practise(cast)
        ada = console_of(cast.ada)
        bots = rows_of(ada.get(f"{list_path('events_participant')}?who=bots"))
        assert set(bots) == set(bots_of(room))
        people = rows_of(ada.get(f"{list_path('events_participant')}?who=people"))
        assert set(people) == {cast.ben, cast.bea, cast.bob, cast.cleo}
        seats = rows_of(ada.get(f"{list_path('rooms_membership')}?who=people"))
        assert seats == [Membership.objects.get(participant=cast.ben)]
        assert len(rows_of(ada.get(f"{list_path('rooms_membership')}?who=bots"))) == 2

    def test_find_rooms_with_bots_and_without(self, cast: Cast):
        with_bots, without = practise(cast), make_room(cast.quest, [cast.bea, cast.bob])
        ada = console_of(cast.ada)
        assert rows_of(ada.get(f"{list_path('rooms_room')}?bots=some")) == [with_bots]
        assert rows_of(ada.get(f"{list_path('rooms_room')}?bots=none")) == [without]
        practice = rows_of(ada.get(list_path("matching_practiceroom")))
        assert practice == [PracticeRoom.objects.get(room=with_bots)]

    def test_count_people_without_bots(self, cast: Cast, rf: object):
        def counted() -> tuple[object, object]:
            request = rf.get("/admin/")  # type: ignore[attr-defined]
            request.user = cast.ada
            numbers = {number.label: number.value for number in dashboard(request, {})["calm"]}
            event = rows_of(console_of(cast.ada).get(list_path("events_event")))[0]
            return numbers["People in open events"], event.people

        before = counted()
        practise(cast)
        assert counted() == before == (4, 4)

    @pytest.mark.parametrize("place", ["list", "page"])
    def test_read_of_bots_apart_from_people(self, cast: Cast, place: str):
        room = playing_room(cast)
        vote(cast.ben, room, "A")
        assert seats_and_votes(cast, place) == ("3 of 3", "1 of 3")
        Participant.objects.filter(pk=cast.bea.pk).update(is_bot=True)
        assert seats_and_votes(cast, place) == ("2 + 1 bot of 3", "1 of 3")
        vote(cast.bea, room, "A")
        assert seats_and_votes(cast, place) == ("2 + 1 bot of 3", "1 + 1 bot of 3")
        Participant.objects.filter(pk=cast.bob.pk).update(is_bot=True)
        assert seats_and_votes(cast, place) == ("1 + 2 bots of 3", "1 + 1 bot of 3")

    def test_are_not_sent_to_a_room_that_waits_for_a_bot(self, cast: Cast):
        room = start(cast.ben, practise(cast))
        assert list(console.one_vote_missing(Room.objects.all())) == [room], "Ben has not voted"
        vote(cast.ben, room, "A")
        assert not console.one_vote_missing(Room.objects.all()).exists()


class TestQueries:
    def test_asking(self, cast: Cast):
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        first = lambda: ask(cast.ben)  # noqa: E731
        keeps_its_promise("practice with two new bots", 60, first)
        keeps_its_promise("practice asked for again", 12, first)

    @pytest.mark.parametrize("ended", [0, 5])
    def test_a_look_with_nothing_to_do(self, cast: Cast, ended: int):
        for number in range(ended):
            room = make_room(make_quest(event=cast.event, slug=f"old-{number}"), [])
            PracticeRoom.objects.create(room=room, look_at=None)
        keeps_its_promise("a look with nothing to do", 1, let_bots_act)

    def test_a_look_at_a_room_in_which_nothing_is_due(self, cast: Cast):
        start(cast.ben, practise(cast))
        let_bots_act()
        # Claimed and put back, and each bot reads the room.
        keeps_its_promise("a look at a room with two bots", 4 + 2 * 6, let_bots_act)

    def test_the_lobbys_offer_costs_one_query(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben])
        browser = browser_of(cast.ben)
        browser.get(f"/room/{room.code}")
        keeps_its_promise("GET /room/{code} in the lobby", 7, lambda: browser.get(f"/room/{room.code}"))
