"""The way in: code, link and personal link."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from echoroom.events.models import EventCode, Participant, SeatDevice
from echoroom.events.services import seats
from echoroom.events.services.seats import make_personal_link, seat_of
from echoroom.events.tests.browser import browser_of
from echoroom.events.viewers import DEVICE
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


WAYS_IN = ["/", "/join/{join}", "/seat/{seat}"]


def come_in(cast, way, **ticked):
    """A new browser that came in by the code, the join link or a personal link."""
    browser, seat = browser_of(), make_personal_link(by=seat_of(cast.ben)).rpartition("/")[2]
    answer = browser.post(way.format(join=cast.code.link_token, seat=seat), {"code": "CIVIC-24", **ticked})
    assert answer.status_code == 303
    return browser


class TestRememberMe:
    @pytest.mark.parametrize("way", WAYS_IN)
    def test_ticked_the_seat_outlives_the_browser(self, cast, way):
        browser = come_in(cast, way, remember="on")
        assert browser.cookies["echoroom_session"]["max-age"] == settings.SESSION_COOKIE_AGE

    @pytest.mark.parametrize("way", WAYS_IN)
    def test_not_ticked_the_seat_closes_with_the_browser(self, cast, way):
        cookie = come_in(cast, way).cookies["echoroom_session"]
        assert (cookie["max-age"], cookie["expires"]) == ("", "")

    def test_for_as_long_as_the_session_and_no_longer(self, clock, cast):
        browser = come_in(cast, "/", remember="on")
        clock.shift(settings.SESSION_COOKIE_AGE - 1)
        assert browser.get("/profile").status_code == 200
        # The cookie of a browser that keeps it too long, or of a thief.
        clock.shift(settings.SESSION_COOKIE_AGE + 1)
        cache.clear()  # Redis has a clock of its own, and would have forgotten it by now
        expired = browser.get("/profile")
        assert expired.headers["Location"] == "/?next=/profile"
        assert "Your seat is open on another device" not in browser.get("/").content.decode()


def test_a_device_whose_seat_was_taken_over_is_told_where_it_went(cast, django_capture_on_commit_callbacks):
    old = browser_of(cast.ben)
    link = make_personal_link(by=seat_of(cast.ben)).rsplit("/", 1)[1]
    with django_capture_on_commit_callbacks(execute=True):
        assert browser_of().post(f"/seat/{link}").headers["Location"] == "/world"
    moved = old.get("/world")
    assert moved.headers["Location"] == "/?next=/world"
    assert "Your seat is open on another device" in old.get("/").content.decode()
    assert "Your seat is open on another device" not in browser_of().get("/").content.decode()
    old.post("/", {"code": "CIVIC-24"})
    assert "Your seat is open on another device" not in old.get("/").content.decode()


def signed_out(old, cast):
    """In another tab that shares the session, as an API client may."""
    seats.sign_out(by=seat_of(cast.ben), device=old.session[DEVICE])


def erased(old, cast):
    SeatDevice.objects.filter(participant=cast.ben).delete()


def never_known(old, cast):
    session = old.session
    session[DEVICE] = "0" * 64
    session.save()


@pytest.mark.parametrize("ended", [signed_out, erased, never_known])
def test_a_device_whose_seat_ended_otherwise_is_told_of_no_other_device(
    cast, django_capture_on_commit_callbacks, ended
):
    old = browser_of(cast.ben)
    with django_capture_on_commit_callbacks(execute=True):
        ended(old, cast)
    cache.clear()
    page = old.get("/")
    assert "Go on there" not in page.content.decode(), "the seat is gone"
    assert "Your seat is open on another device" not in page.content.decode()


def test_a_taken_over_device_is_told_so_when_no_cache_remembers_it(cast, django_capture_on_commit_callbacks):
    old = browser_of(cast.ben)
    link = make_personal_link(by=seat_of(cast.ben)).rsplit("/", 1)[1]
    with django_capture_on_commit_callbacks(execute=True):
        browser_of().post(f"/seat/{link}")
    cache.clear()
    assert "Your seat is open on another device" in old.get("/").content.decode()


def test_the_entry_asks_for_the_code(cast, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = browser_of().get("/")
    assert page.status_code == 200
    assert b'name="code"' in page.content
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_right_code_leads_to_the_profile(cast):
    answer = browser_of().post("/", {"code": " civic-24 "})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/profile?next=/world"


def test_a_wrong_code_keeps_what_was_typed(cast):
    page = browser_of().post("/", {"code": "CIVIC-<b>"})
    assert page.status_code == 404
    assert b"This code does not let you in" in page.content
    assert b'value="CIVIC-&lt;b&gt;"' in page.content
    assert b'aria-invalid="true"' in page.content


def test_an_empty_code_is_no_wrong_guess(cast):
    browser = browser_of()
    for _ in range(8):
        assert browser.post("/", {"code": "  "}).status_code == 404
    assert browser.post("/", {"code": "CIVIC-24"}).status_code == 303


def test_after_five_wrong_codes_the_page_says_when_to_come_back(cast):
    browser = browser_of()
    for _ in range(5):
        assert browser.post("/", {"code": "WRONG"}).status_code == 404
    page = browser.post("/", {"code": "CIVIC-24"})
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 60
    assert b"Try again in" in page.content


def test_who_is_inside_is_shown_the_way_on(cast):
    page = browser_of(cast.ben).get("/")
    assert b"Go on there" in page.content


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_entry_leads_to_no_other_host(cast, wanted):
    answer = browser_of(cast.ben).post("/", {"code": "CIVIC-24", "next": wanted})
    assert answer.headers["Location"] == "/world"


def test_the_entry_leads_to_where_the_person_wanted_to_go(cast):
    browser = browser_of()
    sent_away = browser.get("/me")
    assert sent_away.headers["Location"] == "/?next=/me"
    answer = browser_of(cast.ben).post("/", {"code": "CIVIC-24", "next": "/me"})
    assert answer.headers["Location"] == "/me"


def test_looking_at_the_join_link_uses_nothing_up(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = browser_of().get(f"/join/{cast.code.link_token}")
    assert b"Civic Weekend" in page.content
    assert EventCode.objects.get(pk=cast.code.pk).uses == 0
    assert Participant.objects.count() == 4


def test_the_join_button_enters(cast):
    answer = browser_of().post(f"/join/{cast.code.link_token}")
    assert answer.headers["Location"] == "/profile?next=/world"
    assert EventCode.objects.get(pk=cast.code.pk).uses == 1


def test_a_dead_link_says_what_to_do(cast):
    EventCode.objects.update(is_active=False)
    page = browser_of().get(f"/join/{cast.code.link_token}")
    assert page.status_code == 404
    assert b"ask an organiser" in page.content


def test_looking_at_a_personal_link_neither_takes_over_nor_tells(cast, django_assert_num_queries):
    token = make_personal_link(by=seat_of(cast.ben)).rpartition("/")[2]
    with django_assert_num_queries(0):
        page = browser_of().get(f"/seat/{token}")
    wrong = browser_of().get("/seat/wrong")
    assert page.status_code == wrong.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_the_personal_links_button_takes_the_seat_over(cast):
    token = make_personal_link(by=seat_of(cast.ben)).rpartition("/")[2]
    other = browser_of()
    assert other.post(f"/seat/{token}").headers["Location"] == "/world"
    assert b"Ben" in other.get("/me").content
    again = browser_of().post(f"/seat/{token}")
    assert again.status_code == 404
    assert b"does not work any more" in again.content


def test_a_form_without_its_token_is_refused(cast):
    answer = browser_of(enforce_csrf_checks=True).post("/", {"code": "CIVIC-24"})
    assert answer.status_code == 403
    assert b"out of date" in answer.content


@pytest.mark.parametrize("name", ["profile", "me"])
def test_strangers_are_sent_to_the_entry(name):
    assert browser_of().get(reverse(name)).headers["Location"] == f"/?next=/{name}"


def test_no_page_runs_a_script_of_its_own(cast):
    for path in ("/", f"/join/{cast.code.link_token}"):
        page = browser_of().get(path)
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert b"<style" not in page.content
        assert page.content.count(b"<script ") == page.content.count(b"<script src=")
