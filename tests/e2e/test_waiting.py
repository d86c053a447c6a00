"""The waiting page in a real browser: what it says, and what a tab that nobody looks at does."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Entering
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e
QUEST = "Three notes a week"
# Here no test is ever matched, whatever ran before: how long it takes, nobody can say.
LONELY = "One bad sample"
# A headless browser shows every tab: this page believes otherwise.
HIDE = """() => {
    const get = () => window.shown ? "visible" : "hidden";
    Object.defineProperty(document, "visibilityState", { configurable: true, get });
    window.asked = 0;
    Notification.requestPermission = async () => { window.asked += 1; return "denied"; };
}"""
SHOW = "window.shown = true; document.dispatchEvent(new Event('visibilitychange'))"


def waiting(person: Person, quest: str = QUEST) -> None:
    person.queue_for(quest)
    expect(person.heading(re.compile("here"))).to_be_visible()


def test_the_wait_is_explained_on_a_phone_and_in_the_dark(enter: Entering) -> None:
    ben = enter("Ben", device="Pixel 5", dark=True)
    waiting(ben, LONELY)
    ben.sees(re.compile("Nobody can say"))
    # Once the matcher has looked.
    ben.sees("It takes two more people to make a team.")
    ben.finds_no_barrier()
    ben.does_not_scroll_sideways()
    ben.page.get_by_role("button", name="Leave the queue").click()
    ben.page.wait_for_url(re.compile("/quest/"))


def test_a_hidden_tab_says_by_its_title_that_the_team_is_here(enter: Entering) -> None:
    ben, bea, bob = enter("Ben"), enter("Bea"), enter("Bob")
    waiting(ben)
    ben.page.evaluate(HIDE)
    bea.queue_for(QUEST)
    bob.queue_for(QUEST)
    ben.see_the_room()
    expect(ben.page).to_have_title(re.compile("^● Your team is here"))
    assert ben.page.evaluate("window.asked") == 0
    ben.page.evaluate(SHOW)
    expect(ben.page).to_have_title(re.compile("^Your team is here"))
