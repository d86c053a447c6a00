"""The pages of badges, and what badges show on the pages of others."""

from __future__ import annotations

import re
from html import unescape

import pytest

from badges.catalogue import CATALOGUE
from badges.models import Award, Showcase
from badges.selectors.showing import news_for
from badges.services.awarding import check_room
from badges.tests.playing import finished
from echoroom.events.models import Participant
from echoroom.events.tests.browser import PART, browser_of
from rooms.models import Room
from tests.cast import ApiClient, Cast

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def room(cast: Cast) -> Room:
    return finished(cast.quest, cast.team, "AAA", "AAB", "AAB")


@pytest.fixture
def awarded(room: Room) -> Room:
    check_room(room_id=room.pk)
    return room


def text_of(person: Participant | None, path: str) -> str:
    answer = browser_of(person).get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def cards(page: str) -> list[str]:
    return re.findall(r'id="badge-(\w+)"', page)


def test_without_badges_the_page_says_how_to_get_the_first(cast):
    page = text_of(cast.ben, "/badges")
    assert "Your badges will be here." in page
    assert "What there is to earn" in page
    assert cards(page) == [badge.key for badge in CATALOGUE]
    assert all(badge.description in page for badge in CATALOGUE)


def test_earned_badges_come_first_with_their_reasons_and_the_others_say_how(cast, awarded):
    page = text_of(cast.ben, "/badges")
    earned = [badge.key for badge in CATALOGUE if Award.objects.filter(participant=cast.ben, badge=badge.key).exists()]
    assert cards(page) == [*earned, *(badge.key for badge in CATALOGUE if badge.key not in earned)]
    assert "7 of 13" in page
    assert "Completed “The bridge” as a team of 3." in page
    assert awarded.code in page
    assert "Vote between 22:00 and 04:00" in page
    assert "Complete your first quest." not in page


def test_every_badge_is_drawn_in_its_own_way_and_the_rings_tell_how_rare_it_is(cast):
    page = text_of(cast.ben, "/badges")
    drawn = re.findall(
        r'<svg class="medal (\w+) open".*?<title>(.+?)</title>(.*?)<g class="glyph".*?>(.*?)</g></svg>', page, re.DOTALL
    )
    assert len({glyph for *_, glyph in drawn}) == len(drawn) == 13
    assert {rarity: rings.count("<circle") for rarity, _, rings, _ in drawn} == {"common": 1, "rare": 2, "epic": 3}
    assert drawn[0][1] == "First Steps, common, not earned yet"


def shown(page: str) -> list[str]:
    """What the page will say that it has shown, as a browser reads it."""
    forms = re.findall(r'<form hidden hx-post="/badges/seen" hx-trigger="load".*?</form>', page, re.DOTALL)
    return [key for form in forms for key in re.findall(r'name="badge" value="(\w+)"', form)]


def showing(page: str) -> dict[str, str]:
    """How a part of this page re-reads what it shows of the shelf."""
    etag = re.search(r"""id="shelf" data-etag='([^']+)'""", page)
    assert etag
    return {**PART, "If-None-Match": unescape(etag[1])}


def test_what_is_new_is_marked_until_the_page_says_that_it_was_shown(cast, awarded):
    browser = browser_of(cast.ben)
    browser.get("/badges")  # fetched ahead, or lost on the way
    page = browser.get("/badges").content.decode()
    assert page.count('class="fresh"') == len(shown(page)) == 7
    assert browser.post("/badges/seen", {"badge": shown(page)}, headers=PART).status_code == 204
    page = browser.get("/badges").content.decode()
    assert page.count('class="fresh"') == len(shown(page)) == 0


class TestNews:
    def test_a_new_badge_is_told_once_in_a_toast_that_leads_to_it(self, cast, room):
        browser = browser_of(cast.ben)
        assert browser.get("/badges/news", headers=PART).status_code == 204
        Award.objects.create(participant=cast.ben, badge="first_steps", room=room, reason="Completed a first quest.")
        browser.get("/badges/news", headers=PART)  # asking alone is not being shown
        told = browser.get("/badges/news", headers=PART).content.decode()
        assert "<b>Badge earned: First Steps</b>" in told
        assert shown(told) == ["first_steps"]
        assert 'href="/badges"' in told
        assert 'hx-swap-oob="beforeend:#toasts"' in told
        assert 'id="shelf"' not in told
        for _ in range(2):
            assert browser.post("/badges/seen", {"badge": shown(told)}, headers=PART).status_code == 204
        assert browser.get("/badges/news", headers=PART).status_code == 204

    def test_what_came_after_the_page_was_made_is_told_too(self, cast, room):
        browser = browser_of(cast.ben)
        for badge in ("first_steps", "collaborator"):
            Award.objects.create(participant=cast.ben, badge=badge, room=room, reason="Earned.")
            told = browser.get("/badges/news", headers=PART).content.decode()
            assert shown(told) == [badge]
            Award.objects.create(participant=cast.bea, badge=badge, room=room, reason="Earned.")
            browser.post("/badges/seen", {"badge": [*shown(told), "invented", ""]}, headers=PART)
        assert Award.objects.filter(participant=cast.ben, seen_at=None).count() == 0
        assert Award.objects.filter(participant=cast.bea, seen_at=None).count() == 2, "nobody sees for others"

    def test_nobody_is_marked_as_told_by_a_link(self, cast, awarded):
        assert browser_of(cast.ben).get("/badges/seen?badge=first_steps").status_code == 405
        assert len(news_for(viewer=cast.viewer(cast.ben))) == 7

    def test_several_at_once_are_told_in_one(self, cast, awarded):
        told = browser_of(cast.bea).get("/badges/news", headers=PART).content.decode()
        assert "<b>6 badges earned</b>" in told
        assert "<p>First Steps, Team Player, Collaborator and 3 more</p>" in told

    def test_the_shelf_comes_along_where_it_is_shown(self, cast, awarded):
        assert "/badges/news?shelf" in text_of(cast.cleo, "/badges")
        told = browser_of(cast.ben).get("/badges/news?shelf", headers=PART).content.decode()
        assert re.search('<div id="shelf" [^>]*hx-swap-oob="true">', told)
        assert told.count('class="fresh"') == 7
        assert told.count("data-toast") == 1

    def test_an_old_shelf_is_renewed_even_if_another_tab_was_told_first(self, cast, room):
        browser = browser_of(cast.ben)
        old = browser.get("/badges").content.decode()
        check_room(room_id=room.pk)
        told = browser.get("/badges/news", headers=PART).content.decode()
        browser.post("/badges/seen", {"badge": shown(told)}, headers=PART)
        renewed = browser.get("/badges/news?shelf", headers=showing(old))
        assert "7 of 13" in renewed.content.decode()
        assert "data-toast" not in renewed.content.decode(), "it was told already"
        assert browser.get("/badges/news?shelf", headers=showing(renewed.content.decode())).status_code == 304

    def test_a_shelf_that_shows_all_is_left_alone_and_tells_nothing_twice(self, cast, awarded):
        browser = browser_of(cast.ben)
        page = browser.get("/badges").content.decode()
        assert 'data-state="shelf"' in page
        answer = browser.get("/badges/news?shelf", headers=showing(page))
        assert (answer.status_code, answer.content) == (304, b"")
        assert 'data-state="shelf"' not in text_of(cast.ben, "/world")

    def test_nobody_is_told_of_others_badges(self, cast, awarded):
        assert browser_of(cast.cleo).get("/badges/news", headers=PART).status_code == 204
        assert len(news_for(viewer=cast.viewer(cast.ben))) == 7

    @pytest.mark.parametrize("path", ["/world", "/me", "/badges", "/profile", "/people"])
    def test_every_page_of_somebody_with_a_seat_listens(self, cast, path):
        page = text_of(cast.ben, f"/people/{cast.bea.pk}" if path == "/people" else path)
        assert re.search(f'data-live-topic="me:{cast.ben.pk}" data-live-version="stale" hx-get="/badges/news', page)

    def test_nobody_listens_without_a_seat(self, db):
        assert "data-live-topic" not in text_of(None, "/")


class TestElsewhere:
    def test_my_page_shows_them_in_a_row(self, cast, awarded):
        page = text_of(cast.ben, "/me")
        assert "My badges" in page
        assert "7 of 13" in page
        assert page.count('class="medal') == 7
        assert "See what there is to earn" in text_of(cast.cleo, "/me")

    def test_the_finished_room_shows_what_was_earned_there_and_waits_for_more(self, cast, room):
        before = text_of(cast.ben, f"/room/{room.code}")
        assert f'hx-get="/badges/room/{room.code}"' in before
        assert "Collaborator" not in before
        check_room(room_id=room.pk)
        part = browser_of(cast.ben).get(f"/badges/room/{room.code}", headers=PART).content.decode()
        assert "Collaborator" in part
        assert "Early Bird" not in part  # not earned in a room
        assert "Collaborator" in text_of(cast.ben, f"/room/{room.code}")
        assert "<li>" not in browser_of(cast.cleo).get(f"/badges/room/{room.code}", headers=PART).content.decode()

    @pytest.mark.parametrize("code", ["NOPE", "nope", "x" * 300])
    def test_a_room_that_is_not_there_holds_nothing(self, cast, awarded, code):
        assert "<li>" not in text_of(cast.ben, f"/badges/room/{code}")

    def test_the_way_to_them_is_on_every_page(self, cast):
        assert '<a href="/badges" aria-current="page">Badges</a>' in text_of(cast.ben, "/badges")
        assert '<a href="/badges">Badges</a>' in text_of(cast.ben, "/world")


class TestPeople:
    def test_somebodys_page_shows_what_they_have_earned_to_their_event(self, cast, awarded):
        page = text_of(cast.cleo, f"/people/{cast.ben.pk}")
        assert "Seven badges at" in page
        assert len(cards(page)) == 7
        assert "not earned yet" not in page
        assert "No badges at" in text_of(cast.ben, f"/people/{cast.cleo.pk}")

    def test_tells_the_own_event_what_the_person_lets_it_read(self, cast: Cast, awarded: Room):
        said = {"occupation": "Nurse", "organisation": "Ward 4", "country": "PT", "languages": ["pt"]}
        Participant.objects.filter(pk=cast.ben.pk).update(**said, gender="agender", shows_country=False)
        Showcase.objects.create(participant=cast.ben, is_public=True)
        inside, outside = (text_of(person, f"/people/{cast.ben.pk}") for person in (cast.cleo, None))
        assert all(word in inside for word in ("Nurse", "Ward 4", "Portuguese"))
        assert "Portugal" not in inside, "the country is not shown to others"
        assert "agender" not in inside + outside
        assert not any(word in outside for word in ("Nurse", "Ward 4", "Portuguese"))

    def test_tells_outsiders_nothing_that_finds_the_person_on_a_nameless_map(self, cast: Cast, awarded: Room):
        Showcase.objects.create(participant=cast.ben, is_public=True)
        inside, outside = (text_of(person, f"/people/{cast.ben.pk}") for person in (cast.cleo, None))
        told = ApiClient().get(f"/api/badges/{cast.ben.pk}").json()["badges"]
        assert awarded.code in inside
        assert awarded.code not in outside
        assert {(badge["room"], badge["reason"]) for badge in told} == {(None, None)}
        assert all(badge["description"] for badge in told)

    def test_it_is_open_to_others_only_by_choice(self, cast, awarded):
        path = f"/people/{cast.ben.pk}"
        assert browser_of().get(path).status_code == 404
        browser = browser_of(cast.ben)
        answer = browser.post("/badges/showcase", {"public": "on"}, headers=PART)
        assert "Whoever has the link sees your name" in answer.content.decode()
        shown = browser_of().get(path)
        assert shown.status_code == 200
        assert shown.headers["X-Robots-Tag"] == "noindex"
        assert browser.post("/badges/showcase", {}).headers["Location"] == "/badges"
        assert browser_of().get(path).status_code == 404

    def test_the_choice_is_shown_as_it_is(self, cast):
        assert not re.search(r'name="public"[^>]* checked', text_of(cast.ben, "/badges"))
        Showcase.objects.create(participant=cast.ben, is_public=True)
        assert re.search(r'name="public"[^>]* checked', text_of(cast.ben, "/badges"))

    def test_names_and_reasons_are_never_markup(self, cast, awarded):
        Participant.objects.filter(pk=cast.ben.pk).update(name=HOSTILE)
        Award.objects.filter(participant=cast.ben).update(reason=HOSTILE)
        for person, path in ((cast.cleo, f"/people/{cast.ben.pk}"), (cast.ben, "/badges")):
            page = text_of(person, path)
            assert HOSTILE not in page
            assert "&lt;script&gt;" in page
