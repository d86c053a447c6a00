from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Entering, Server
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e
QUEST = "Three notes a week"
REASON = "Whoever wrote these notes cannot get them back, and we knew."


def in_a_room(enter: Entering, *, devices: tuple[str, str, str] = ("", "Pixel 5", "iPhone 12")) -> list[Person]:
    team = [enter(name, device=device, dark=name == "Bob") for name, device in zip(("Ben", "Bea", "Bob"), devices)]  # noqa: B905
    for person in team:
        person.mark_the_page()
        person.queue_for(QUEST)
    assert len({person.see_the_room() for person in team}) == 1
    return team


def look(team: list[Person]) -> None:
    for person in team:
        person.finds_no_barrier()
        person.does_not_scroll_sideways()


def test_three_people_play_from_the_code_on_the_wall_to_the_map_without_a_reload(walk_in: Entering) -> None:
    ben, bea, bob = team = in_a_room(walk_in)
    look(team)
    ben.start()
    for number in (1, 2, 3):
        for person in team:
            expect(person.page.get_by_role("button", name="Cast my vote")).to_be_visible()
        if number == 1:
            look(team)
        ben.vote("A", f"{REASON} Ben {number}.")
        ben.sees("Your vote is in.")
        bea.vote("A", f"{REASON} Bea {number}.")
        bob.does_not_see(f"{REASON} Bea {number}.")
        if number == 1:
            look([ben])
        bob.vote("B", f"{REASON} Bob {number}.")
        for person in team:
            person.sees(f"{REASON} Bea {number}.")
        if number == 1:
            look(team)
        bea.commit("A")
    for person in team:
        person.sees("You have decided.")
        person.page.get_by_role("link", name="Open the decision map").click()
        person.sees(f"{REASON} Bob 3.")
    look(team)
    for person in (ben, bob):  # the one by daylight at a desk, the other in the dark with a phone
        person.prints_well()
    assert all(person.has_not_reloaded() for person in team)


def test_a_live_change_does_not_touch_what_is_being_typed(enter: Entering) -> None:
    ben, bea, _ = in_a_room(enter)
    ben.start()
    expect(bea.page.get_by_role("button", name="Cast my vote")).to_be_visible()
    bea.choose("A", "I am still wri")
    ben.vote("A", REASON)
    bea.sees(re.compile("One of three has voted"))
    expect(bea.page.get_by_label(re.compile("^Why"))).to_have_value("I am still wri")


def test_a_wrong_code_is_answered_in_place_and_kept(enter: Entering, server: Server) -> None:
    cleo = enter("Cleo")
    cleo.page.context.clear_cookies()
    cleo.page.goto(server.url)
    cleo.page.get_by_label("Your event’s code").fill("WRONG-1")
    cleo.page.get_by_role("button", name="Come in").click()
    cleo.sees("This code does not let you in")
    expect(cleo.page.get_by_label("Your event’s code")).to_have_value("WRONG-1")
    cleo.finds_no_barrier()


def test_entry_and_join_link_work_without_scripts(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.join_link)
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_label(re.compile("^Name")).fill("Dora")
    page.get_by_label(re.compile("I agree that my team reads")).check()
    page.get_by_role("button", name="Show me the quests").click()
    expect(page.get_by_role("heading", level=1, name="Choose a quest")).to_be_visible()
    context.close()
