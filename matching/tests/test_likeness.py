"""Why this team: said to its members, out of what they may read of each other anyway."""

from __future__ import annotations

import re

import pytest
from django.db import transaction

from echoroom.events.models import Participant
from echoroom.events.tests.browser import browser_of
from matching.likeness import Likeness, Shown, likeness
from matching.models import Block
from matching.selectors.teams import likeness_in, my_likeness
from rooms.services.seating import leave_room
from rooms.tests.factories import make_quest, make_room
from tests.cast import ApiClient, Cast
from tests.queries import keeps_its_promise

ENGLISH_AND_FRENCH = ("French", "English")


def describe(person: Participant, **fields: object) -> None:
    Participant.objects.filter(pk=person.pk).update(**fields)


@pytest.fixture
def described(cast: Cast) -> Cast:
    describe(cast.ben, country="FR", languages=["en", "fr"], interests=["housing"], organisation="Acme")
    describe(cast.bea, country="DE", languages=["fr", "en"], interests=["Housing", "water"], organisation="Acme")
    describe(cast.bob, country="NL", languages=["nl", "en", "fr"], interests=["parks"], organisation="Acme")
    return cast


class TestSentences:
    def test_languages_countries_and_interests(self):
        team = [
            Shown("France", languages=ENGLISH_AND_FRENCH, interests=("housing",)),
            Shown("Germany", languages=ENGLISH_AND_FRENCH, interests=("Housing", "water")),
            Shown("Chad", languages=(*ENGLISH_AND_FRENCH, "Arabic")),
        ]
        assert likeness(team) == Likeness(
            common=["You all speak English and French.", "Two of you care about housing."],
            mixed=["You come from three countries."],
        )

    def test_two_people_are_both(self):
        told = likeness([Shown("France", "Acme", interests=("water",)), Shown("France", "Acme", interests=("Water",))])
        assert told.common == ["You both come from France.", "You both come from Acme.", "You both care about water."]

    def test_work_and_practice_make_mixed(self):
        team = [Shown(occupation="nurse", skill="expert"), Shown(occupation="Planner", skill="newcomer")]
        assert likeness(team).mixed == [
            "You do two kinds of work: nurse and Planner.",
            "You bring different amounts of practice.",
        ]

    def test_what_one_did_not_state_is_not_what_all_have_in_common(self):
        assert likeness([Shown("France", languages=("French",)), Shown()]) == Likeness()

    @pytest.mark.parametrize("team", [[], [Shown("France", interests=("water",))], [Shown(), Shown()]])
    def test_nothing_to_say(self, team: list[Shown]):
        assert likeness(team) == Likeness()


class TestThoseInTheRoom:
    def test_read_it_in_the_lobby_and_by_the_api(self, described: Cast):
        room = described.room(started=False)
        page = browser_of(described.ben).get(f"/room/{room.code}").content.decode()
        told = ApiClient(described.ben).get("/api/matching/team").json()
        assert told["common"][0] == "You all speak English and French."
        assert told["mixed"] == ["You come from three countries."]
        assert all(sentence in page for sentence in told["common"] + told["mixed"])

    def test_what_somebody_does_not_show_is_no_part_of_it(self, described: Cast):
        describe(described.bob, shows_country=False, shows_organisation=False)
        described.room()
        told = my_likeness(viewer=described.viewer(described.ben))
        assert told is not None
        assert told.mixed == ["You come from two countries."]
        assert not any("Acme" in sentence for sentence in told.common)

    def test_who_left_is_no_part_of_it(self, described: Cast):
        room = described.room()
        leave_room(by=described.viewer(described.bob), room_code=room.code)
        told = my_likeness(viewer=described.viewer(described.ben))
        assert told is not None
        assert told.mixed == ["You come from two countries."]

    def test_practice_bots_are_no_part_of_it(self, described: Cast):
        describe(described.bob, is_bot=True)
        described.room()
        told = my_likeness(viewer=described.viewer(described.ben))
        assert told is not None
        assert told.mixed == ["You come from two countries."]

    def test_others_are_told_nothing(self, described: Cast):
        room = described.room()
        assert likeness_in(viewer=described.viewer(described.cleo), codes=[room.code]) == {}
        refused = ApiClient(described.cleo).get("/api/matching/team")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_in_a_team")

    def test_one_query_for_all_rooms(self, described: Cast):
        rooms = [described.room(), make_room(make_quest(event=described.event, slug="other"), [described.cleo])]
        codes = [room.code for room in rooms]
        ben = described.viewer(described.ben)
        keeps_its_promise("why this team", 1, lambda: likeness_in(viewer=ben, codes=codes))
        assert list(likeness_in(viewer=ben, codes=codes)) == [rooms[0].code]


def test_another_gender_and_other_blocks_change_not_a_byte(described: Cast):
    """Neither on the page of the lobby nor in the API."""
    room = described.room(started=False)
    browser, client = browser_of(described.ben), ApiClient(described.ben)

    def seen() -> tuple[bytes, bytes]:
        page = browser.get(f"/room/{room.code}/news").content
        # Each answer masks the form's token anew.
        return client.get("/api/matching/team").content, re.sub(
            rb'(name="csrfmiddlewaretoken" value=)"\w+"', rb"\1", page
        )

    before = seen()
    with transaction.atomic():
        describe(described.bea, gender="woman", gender_category="woman")
        describe(described.bob, gender="something else", gender_category="non_binary")
        Block.objects.create(blocker=described.bob, blocked=described.bea)
        assert seen() == before
