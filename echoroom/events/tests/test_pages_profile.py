from __future__ import annotations

import pytest

from echoroom.events.models import Participant
from echoroom.events.tests.browser import PART, browser_of
from echoroom.events.tests.factories import ParticipantFactory
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

FILLED = {
    "name": "Dana",
    "organisation": "City hospital",
    "country": "DE",
    "skill": "expert",
    "interests": "bridges, rivers,, bridges ",
    "languages": "German, ar",
    "gender": "woman",
    "gender_category": "woman",
    "shows_country": "on",
    "consent": "on",
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def dana(cast: Cast) -> Participant:
    return ParticipantFactory.create(event=cast.event, name="", consented_at=None)


def test_the_profile_asks_for_a_name_first(cast, dana, django_assert_num_queries):
    browser = browser_of(dana)
    assert browser.get("/world").headers["Location"] == "/profile?next=/world"
    with django_assert_num_queries(1):
        page = browser.get("/profile")
    assert b"Who are you?" in page.content
    assert b"What no player sees" in page.content


def test_a_filled_profile_is_kept_and_leads_on(cast, dana):
    answer = browser_of(dana).post("/profile", {**FILLED, "next": "/me"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/me"
    dana.refresh_from_db()
    assert dana.has_profile
    assert dana.interests == ["bridges", "rivers"]
    assert dana.languages == ["de", "ar"]
    assert dana.shows_country
    assert not dana.shows_organisation


@pytest.mark.parametrize(
    ("said", "category"), [("two-spirit", "non_binary"), ("demigirl", "woman"), ("agender", ""), ("", "man")]
)
def test_a_gender_in_own_words_counts_as_whatever_its_person_chooses(cast, dana, said, category):
    """Nothing is read out of the words; without a choice they are unstated for the team-forming."""
    browser = browser_of(dana)
    browser.post("/profile", {**FILLED, "gender": said, "gender_category": category})
    dana.refresh_from_db()
    assert (dana.gender, dana.gender_category) == (said, category)
    page = browser.get("/profile").content.decode()
    assert f'name="gender_category" value="{category}" checked' in page


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_kept(cast, dana):
    wrong = {**FILLED, "name": " ", "languages": "Klingon", "country": "XX", "consent": ""}
    page = browser_of(dana).post("/profile", wrong)
    assert page.status_code == 400
    for sentence in (b"needs a name", b"Klingon is not in the list", b"if you agree", b"country-error"):
        assert sentence in page.content
    assert b'value="City hospital"' in page.content
    dana.refresh_from_db()
    assert dana.organisation == ""
    assert dana.consented_at is None


def test_what_people_write_is_never_markup(cast):
    ParticipantFactory._meta.model.objects.filter(pk=cast.ben.pk).update(
        name="<script>alert(1)</script>", interests=['"><img src=x>'], curiosity="</textarea><script>"
    )
    for path in ("/profile", "/me"):
        page = browser_of(cast.ben).get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "</textarea><script>" not in page


def test_my_page_shows_my_profile(cast, django_assert_num_queries):
    Participant.objects.filter(pk=cast.ben.pk).update(country="DE", shows_country=False)
    browser = browser_of(cast.ben)
    with django_assert_num_queries(5):  # the participant, their room, queue, maps and badges
        page = browser.get("/me")
    assert b"not shown to your team" in page.content
    assert b"The first one will be here" in page.content


def test_a_personal_link_is_shown_once_with_its_picture(cast):
    browser = browser_of(cast.ben)
    part = browser.post("/me/link", headers=PART)
    assert b"/seat/" in part.content
    assert b"<svg" in part.content
    assert b"<html" not in part.content
    assert part.headers["Cache-Control"] == "no-store"
    assert b"/seat/" not in browser.get("/me").content
    assert browser.get("/me/link").headers["Location"] == "/me"


def test_signing_out_ends_this_device(cast):
    browser = browser_of(cast.ben)
    assert browser.post("/me/leave").headers["Location"] == "/"
    assert browser.get("/me").headers["Location"] == "/?next=/me"


def test_a_seat_that_no_longer_exists_leads_to_the_entry(cast, dana):
    browser = browser_of(dana)
    dana.delete()
    for path in ("/me", "/profile"):
        assert browser.get(path).headers["Location"].startswith("/")
