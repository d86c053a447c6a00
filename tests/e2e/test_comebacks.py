"""Two people and a bot, from the code to the map: a refresh, a lost connection and another device at every step."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Entering
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e
QUEST = "Three notes a week"
REASON = "We knew what the notes said, and the people who wrote them did not."
PROFILES = ["", "Pixel 5"]


def refresh(person: Person) -> None:
    person.page.reload()


def lose_the_connection(person: Person, meanwhile: Callable[[], None]) -> None:
    person.page.context.set_offline(True)
    meanwhile()
    person.page.context.set_offline(False)


def change_device(person: Person) -> None:
    """Take the seat over by the personal link; the old device says where it went."""
    here, old = person.page.url, person.page
    old.goto(f"{person.url}/me")
    old.get_by_role("button", name="Make my personal link").click()
    link = urlsplit(old.locator("#link").input_value()).path
    browser = old.context.browser
    assert browser is not None
    context = browser.new_context(viewport=old.viewport_size)
    context.set_default_timeout(20_000)
    person.page = context.new_page()
    person.page.goto(person.url + link)
    person.page.get_by_role("button", name="Take my seat").click()
    expect(person.page.get_by_role("link", name="World")).to_be_visible()
    expect(old.get_by_text("Your seat is open on another device")).to_be_visible()
    old.context.close()
    person.page.goto(here)


def is_asked_to_vote(person: Person) -> None:
    expect(person.page.get_by_role("button", name="Cast my vote")).to_be_visible(timeout=20_000)


def has_earned(person: Person, badge: str) -> None:
    expect(person.page.get_by_role("main").get_by_role("listitem").filter(has_text=badge).first).to_be_visible()


@pytest.mark.parametrize("profile", PROFILES, ids=["desktop", "phone"])
def test_two_people_and_a_bot_play_to_the_map_whatever_happens_to_bens_device(enter: Entering, profile: str) -> None:
    ben, bea = enter("Ben", device=profile), enter("Bea", device=profile)
    ben.queue_for(QUEST)
    expect(ben.heading("You are the first one here.")).to_be_visible()
    refresh(ben)
    change_device(ben)
    lose_the_connection(ben, lambda: bea.queue_for(QUEST))
    # Two are a team once they have waited; then the bot takes the third seat.
    ben.page.wait_for_url(re.compile("/room/"), timeout=60_000)
    assert ben.see_the_room() == bea.see_the_room()
    ben.page.get_by_role("button", name=re.compile("practice")).click()
    ben.sees("practice team-mate")
    ben.finds_no_barrier()

    refresh(ben)
    change_device(ben)
    lose_the_connection(ben, bea.start)
    is_asked_to_vote(ben)
    ben.choose("A", "Half a thought")
    refresh(ben)
    expect(ben.page.get_by_label(re.compile("^Why"))).to_have_value("Half a thought")
    ben.vote("A", f"{REASON} Ben.")
    ben.sees("Your vote is in.")

    refresh(ben)
    change_device(ben)
    lose_the_connection(ben, lambda: bea.vote("A", f"{REASON} Bea."))
    ben.page.get_by_text(f"{REASON} Bea.").first.wait_for(timeout=30_000)
    refresh(ben)
    ben.finds_no_barrier()
    change_device(ben)
    lose_the_connection(ben, lambda: bea.commit("A"))
    for number in (2, 3):
        for person in (ben, bea):
            is_asked_to_vote(person)
            person.does_not_scroll_sideways()
            person.vote("A", f"{REASON} {person.name} {number}.")
        ben.page.get_by_text(f"{REASON} Bea {number}.").first.wait_for(timeout=30_000)
        ben.commit("A")
    ben.sees("You have decided.")
    refresh(ben)
    change_device(ben)
    has_earned(ben, "First Steps")
    ben.finds_no_barrier()
    ben.page.get_by_role("link", name="Open the decision map").click()
    ben.page.wait_for_url(re.compile("/artifact/"))
    refresh(ben)
    ben.sees(f"{REASON} Bea 3.")
    ben.sees("(practice bot)")
    ben.finds_no_barrier()
    ben.page.goto(f"{ben.url}/badges")
    has_earned(ben, "Artifact Creator")
    ben.finds_no_barrier()
    ben.does_not_scroll_sideways()
