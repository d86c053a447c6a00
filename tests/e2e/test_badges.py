from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Entering
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e
# Workers give badges; on a busy machine they take their time.
SOON = 20_000
QUEST = "Three notes a week"
REASON = "Whoever wrote these notes cannot get them back, and we knew."


def play(team: list[Person]) -> None:
    for person in team:
        person.mark_the_page()
        person.queue_for(QUEST)
    for person in team:
        person.see_the_room()
    team[0].start()
    for number in (1, 2, 3):
        for person in team:
            expect(person.page.get_by_role("button", name="Cast my vote")).to_be_visible()
            person.vote("A", REASON)
        expect(team[0].page.get_by_role("button", name="Commit to A")).to_be_visible()
        if number == 3:
            team[-1].settles_parts_after(1500)
        team[0].commit("A")


def test_badges_come_to_the_finished_room_by_themselves_and_are_told_once(enter: Entering) -> None:
    team = [enter("Ben"), enter("Bea", device="Pixel 5"), enter("Bob", device="iPhone 12", dark=True)]
    play(team)
    for person in team:
        expect(person.heading("You have decided.")).to_be_visible()
        here = person.page.get_by_role("region", name="What you earned here")
        expect(here.get_by_text("Perfect Team", exact=True)).to_be_visible(timeout=SOON)
        expect(here.get_by_text("Artifact Creator", exact=True)).to_be_visible(timeout=SOON)
        person.sees(re.compile(r"badges? earned", re.IGNORECASE))
        assert person.has_not_reloaded()
    team[-1].settles_parts_after(20)
    for person in team:
        person.page.get_by_role("link", name="All my badges").click()
        expect(person.heading("My badges")).to_be_visible()
        person.sees("Voted in every decision of “Three notes a week”.")
        person.finds_no_barrier()
        person.does_not_scroll_sideways()
        person.page.get_by_role("link", name="Me", exact=True).click()
        expect(person.page.get_by_role("heading", name=re.compile(r"^My badges \d"))).to_be_visible()
        person.finds_no_barrier()
        assert person.has_not_reloaded()


def test_a_badge_is_told_on_whatever_page_one_is(walk_in: Entering) -> None:
    # Step by step: the page is there before the badge is.
    ben = walk_in("Ben")
    # At the latest with the socket's second beat.
    expect(ben.page.get_by_text("Badge earned: Early Bird")).to_be_visible(timeout=SOON)
    ben.page.get_by_role("link", name="See my badges").click()
    expect(ben.heading("My badges")).to_be_visible()
    ben.page.reload()
    expect(ben.heading("My badges")).to_be_visible()
    expect(ben.page.get_by_text("Badge earned")).to_have_count(0)


def test_badges_are_shown_outside_the_event_by_choice_only(enter: Entering) -> None:
    ben = enter("Ben", device="Pixel 5")
    ben.page.get_by_role("link", name="Badges", exact=True).click()
    link = ben.page.get_by_role("link", name="my public page").get_attribute("href")
    assert link
    assert ben.page.context.browser
    outside = ben.page.context.browser.new_context()
    visitor = Person("Eve", outside.new_page(), ben.url)
    visitor.page.goto(f"{ben.url}{link}")
    expect(visitor.heading("Not found")).to_be_visible()
    ben.page.get_by_label(re.compile("people outside the event")).check()
    ben.page.get_by_role("button", name="Save").click()
    ben.sees("Whoever has the link sees your name and your badges.")
    visitor.page.reload()
    expect(visitor.heading("Ben")).to_be_visible()
    visitor.finds_no_barrier()
    visitor.does_not_scroll_sideways()
    outside.close()
