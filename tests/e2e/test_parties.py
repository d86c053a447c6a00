"""Two people who know each other, on a desktop and a phone, and a stranger: one team."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Entering
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e
QUEST = "Three notes a week"


def look(*people: Person) -> None:
    for person in people:
        person.finds_no_barrier()
        person.does_not_scroll_sideways()


def make_a_party(person: Person) -> str:
    """The code that brings others in."""
    person.page.get_by_role("link", name="Queue together").click()
    person.page.get_by_role("button", name="Make a party").click()
    expect(person.heading("You are the first of your party.")).to_be_visible()
    return person.page.locator(".party-code").inner_text().split()[-1]


def come_in(person: Person, code: str) -> None:
    person.page.get_by_role("link", name="Queue together").click()
    person.page.get_by_label("The code of their party").fill(code)
    person.page.get_by_role("button", name="Come in").click()


def test_two_who_know_each_other_and_a_stranger_end_in_one_room(enter: Entering) -> None:
    ben, bea, bob = enter("Ben"), enter("Bea", device="Pixel 5", dark=True), enter("Bob", device="iPhone 12")
    for person in (ben, bea):
        person.mark_the_page()
    code = make_a_party(ben)
    look(ben)
    come_in(bea, code.lower())
    # Without a reload: who comes in appears.
    for person in (ben, bea):
        expect(person.heading("There are two of you.")).to_be_visible()
    look(ben, bea)

    bea.page.get_by_role("link", name="Choose a quest").click()
    bea.page.get_by_role("link", name=QUEST).first.click()
    bea.sees("all of you or nobody")
    look(bea)
    bea.page.get_by_role("button", name="Find our team").click()
    # Ben has pressed nothing: his page goes along.
    for person in (ben, bea):
        expect(person.heading("Two of three are here.")).to_be_visible()
        person.sees("and end up in one team")
    look(ben, bea)

    bob.queue_for(QUEST)
    assert len({person.see_the_room() for person in (ben, bea, bob)}) == 1
    assert ben.has_not_reloaded()
    assert bea.has_not_reloaded()


def test_a_code_that_does_not_let_in_is_said_beside_it(enter: Entering) -> None:
    ben = enter("Ben", device="Pixel 5")
    come_in(ben, "nope")
    ben.sees("No such party")
    field = ben.page.get_by_label("The code of their party")
    expect(field).to_have_value("nope")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    look(ben)


def test_whoever_looks_around_is_told_that_their_party_waits(enter: Entering) -> None:
    ben, bea = enter("Ben"), enter("Bea", device="Pixel 5")
    come_in(bea, make_a_party(ben))
    expect(ben.heading("There are two of you.")).to_be_visible()
    bea.page.get_by_role("link", name="Badges").click()
    expect(bea.heading(re.compile("badge", re.IGNORECASE))).to_be_visible()
    ben.page.get_by_role("link", name="Choose a quest").click()
    ben.page.get_by_role("link", name=QUEST).first.click()
    ben.page.get_by_role("button", name="Find our team").click()
    bea.sees("You wait for a team for")
    look(bea)
    bea.page.get_by_role("link", name="To the queue").click()
    bea.page.get_by_role("button", name="Leave the queue, all of us").click()
    expect(ben.heading("You are not waiting.")).to_be_visible()
    ben.sees("Your party left the queue")


def test_somebody_of_ones_team_is_not_wanted_again(enter: Entering) -> None:
    """By keyboard, and nobody is told."""
    ben, bea, bob = enter("Ben"), enter("Bea", device="Pixel 5", dark=True), enter("Bob")
    for person in (ben, bea, bob):
        person.queue_for(QUEST)
    assert len({person.see_the_room() for person in (ben, bea, bob)}) == 1
    ben.page.goto(f"{ben.page.url.partition('/room/')[0]}/me")
    ben.page.get_by_role("link", name="Rather not with").click()
    look(ben)
    not_again = ben.page.get_by_role("listitem").filter(has_text="Bea").get_by_role("button", name="Rather not")
    not_again.press("Enter")
    ben.sees("1 of 50 at most")
    look(ben)
    taken_back = ben.page.get_by_role("button", name="Take back")
    expect(taken_back).to_be_focused()
    taken_back.press("Enter")
    ben.sees("Nobody is on it.")
    bea.does_not_see("Rather not")
