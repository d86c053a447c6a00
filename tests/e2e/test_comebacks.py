"""Two people and a bot, from the code to the map: whatever happens to Ben's device, at every step he is back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Entering, Server
from tests.e2e.people import Person
from tests.e2e.returning import DESKTOP, LOST, PHONE, button, heading, refresh, survives, text

pytestmark = pytest.mark.e2e
QUEST = "Three notes a week"
REASON = "We knew what the notes said, and the people who wrote them did not."


def enters_over_a_broken_line(person: Person, code: str) -> None:
    """Nothing typed is lost when the line breaks before the code or the profile gets through."""
    assert person.line
    person.page.goto(person.url)
    person.page.get_by_label("Your event’s code").fill(code)
    person.finds_no_barrier()
    for press, field, typed in (
        ("Come in", person.page.get_by_label("Your event’s code"), code),
        ("Show me the quests", person.page.get_by_label(re.compile("^Name")), person.name),
    ):
        field.fill(typed)
        if press != "Come in":
            person.page.get_by_label(re.compile("I agree that my team reads")).check()
            person.finds_no_barrier()
        person.line.cut()
        person.page.get_by_role("button", name=press).click()
        person.sees(LOST)
        expect(field).to_have_value(typed)
        person.line.mend()
        person.page.get_by_role("button", name=press).click()
    expect(person.heading("Choose a quest")).to_be_visible()


def is_asked_to_vote(person: Person) -> None:
    expect(person.page.get_by_role("button", name="Cast my vote")).to_be_visible(timeout=20_000)


def has_earned(person: Person, badge: str) -> None:
    expect(person.page.get_by_role("main").get_by_role("listitem").filter(has_text=badge).first).to_be_visible()


def test_two_people_and_a_bot_play_to_the_map_whatever_happens_to_bens_device(
    arrive: Entering, enter: Entering, server: Server
) -> None:
    ben, bea = arrive("Ben", breakable=True), enter("Bea", device=PHONE)
    enters_over_a_broken_line(ben, server.code)

    survives(ben, heading("Choose a quest"), device=PHONE)
    ben.loses_the_line()

    ben.queue_for(QUEST)
    survives(ben, heading("You are the first one here."), device=DESKTOP, ways=("Back to the queue",))
    ben.loses_the_line(lambda: bea.queue_for(QUEST), notices=False)
    # Two are a team once they have waited; then the bot takes the third seat.
    ben.page.wait_for_url(re.compile("/room/"), timeout=60_000)
    assert ben.see_the_room() == bea.see_the_room()
    ben.page.get_by_role("button", name=re.compile("practice")).click()
    ben.sees("practice team-mate")

    to_the_room = ("Back to the room",)
    survives(ben, button("Start the first decision"), device=PHONE, ways=to_the_room)
    ben.loses_the_line(bea.start)

    ben.choose("A", "Half a thought")
    refresh(ben)
    expect(ben.page.get_by_label(re.compile("^Why"))).to_have_value("Half a thought")
    survives(ben, is_asked_to_vote, device=DESKTOP, ways=to_the_room)
    ben.vote("A", f"{REASON} Ben.")
    text("Your vote is in.")(ben)
    refresh(ben)
    text("Your vote is in.")(ben)
    ben.loses_the_line(lambda: bea.vote("B", f"{REASON} Bea."), notices=False)

    survives(ben, text(f"{REASON} Bea."), device=PHONE, ways=to_the_room)
    ben.loses_the_line(lambda: bea.page.get_by_role("button", name="Vote again").click())

    survives(ben, text("What you said in the first round"), device=DESKTOP, ways=to_the_room)
    ben.vote("A", f"{REASON} Ben again.")
    text("Your vote is in.")(ben)
    ben.loses_the_line(lambda: bea.vote("A", f"{REASON} Bea moved."))
    text(f"{REASON} Bea moved.")(ben)
    ben.commit("A")
    for number in (2, 3):
        for person in (ben, bea):
            is_asked_to_vote(person)
            person.vote("A", f"{REASON} {person.name} {number}.")
        ben.page.get_by_text(f"{REASON} Bea {number}.").first.wait_for(timeout=30_000)
        if number == 2:
            ben.commit("A")

    survives(ben, button("Commit to A"), device=PHONE, ways=to_the_room)
    commits_over_a_broken_line(ben)
    text("You have decided.")(bea)
    has_earned(ben, "First Steps")
    ben.finds_no_barrier()

    ben.page.get_by_role("link", name="Open the decision map").click()
    ben.page.wait_for_url(re.compile("/artifact/"))
    survives(ben, text(f"{REASON} Bea 3."), device=DESKTOP, ways=("Me", QUEST))
    ben.loses_the_line()
    ben.sees("(practice bot)")
    ben.page.goto(f"{ben.url}/badges")
    has_earned(ben, "Artifact Creator")
    ben.finds_no_barrier()
    ben.does_not_scroll_sideways()


def commits_over_a_broken_line(person: Person) -> None:
    """What did not get through is said and has done nothing; again, it is done once."""

    def in_vain() -> None:
        person.commit("A")
        person.sees(LOST)

    person.loses_the_line(in_vain)
    person.commit("A")
    person.sees("You have decided.")
