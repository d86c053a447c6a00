"""A talk between browsers: it arrives by itself, and disturbs nobody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Entering
from tests.e2e.people import Person
from tests.e2e.test_journey import in_a_room, look

pytestmark = pytest.mark.e2e


def say(person: Person, text: str) -> None:
    field = person.page.get_by_label("Your message to the team")
    field.fill(text)
    field.press("Enter")


def hears(person: Person, text: str) -> None:
    expect(person.page.locator("#chat-list li").last).to_contain_text(text)


def test_a_talk_arrives_by_itself_and_tells_who_has_seen_it(enter: Entering) -> None:
    ben, bea, bob = team = in_a_room(enter)
    say(ben, "Hello, both of you.")
    for person in (bea, bob):
        expect(person.page.locator("#chat-way-count")).to_have_text("1 new")
        person.page.locator("#chat > summary").click()
        hears(person, "Hello, both of you.")
    expect(bea.page.locator("#chat-way-count")).to_be_empty()
    expect(ben.page.locator("#chat-seen")).to_have_text("Seen by Bea and Bob")
    field = bea.page.get_by_label("Your message to the team")
    field.press_sequentially("One line")
    expect(ben.page.locator("#chat-typing")).to_have_text("Bea is typing…")
    field.press("Shift+Enter")
    field.press_sequentially("and another")
    field.press("Enter")
    hears(ben, "One line\nand another")
    expect(field).to_have_value("")
    expect(ben.page.locator("#chat-typing")).to_be_empty()
    look(team)
    assert all(person.has_not_reloaded() for person in team)


def test_neither_the_vote_nor_the_message_that_is_being_written_is_disturbed(enter: Entering) -> None:
    ben, bea, _ = in_a_room(enter, devices=("", "", "Pixel 5"))
    ben.start()
    expect(bea.page.get_by_role("button", name="Cast my vote")).to_be_visible()
    bea.choose("A", "I am still wri")
    say(ben, "Are you there?")
    hears(bea, "Are you there?")
    expect(bea.page.get_by_label(re.compile("^Why"))).to_have_value("I am still wri")
    expect(bea.page.get_by_label(re.compile("^Why"))).to_be_focused()
    message = bea.page.get_by_label("Your message to the team")
    message.fill("Half a sent")
    ben.vote("A", "Because.")
    bea.sees(re.compile("One of three has voted"))
    expect(message).to_have_value("Half a sent")
    expect(message).to_be_focused()


def test_a_message_that_did_not_get_through_is_kept_and_sent_again(enter: Entering) -> None:
    ben, bea, _ = in_a_room(enter, devices=("", "", ""))
    bea.page.context.set_offline(True)
    say(bea, "Lost and found.")
    bea.sees("Not sent.")
    expect(bea.page.get_by_label("Your message to the team")).to_have_value("Lost and found.")
    bea.page.context.set_offline(False)
    bea.page.get_by_role("button", name="Send it again").click()
    hears(ben, "Lost and found.")
    expect(bea.page.get_by_label("Your message to the team")).to_have_value("")
    expect(bea.page.locator("#chat-problem")).to_be_empty()
