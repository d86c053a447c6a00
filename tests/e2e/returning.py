"""How somebody comes back to where they were, and how a test sees that they are there."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.e2e.people import Person

DESKTOP, PHONE = "", "Pixel 5"
LOST = "That did not get through"

# Sees that this is the step at which the person was.
Sign = Callable[[Person], None]


def button(name: str | re.Pattern[str]) -> Sign:
    return lambda person: expect(person.page.get_by_role("button", name=name)).to_be_visible()


def heading(text: str) -> Sign:
    return lambda person: expect(person.heading(text)).to_be_visible()


def text(said: str) -> Sign:
    return lambda person: person.sees(said)


def refresh(person: Person) -> None:
    person.page.reload()


def change_device(person: Person, device: str) -> None:
    """Take the seat over by the personal link; the old device says where it went."""
    here, old = person.page.url, person.page
    old.goto(f"{person.url}/me")
    old.get_by_role("button", name="Make my personal link").click()
    link = urlsplit(old.locator("#link").input_value()).path
    assert person.open_device
    person.look_at(person.open_device(device))
    person.page.goto(person.url + link)
    person.page.get_by_role("button", name="Take my seat").click()
    expect(person.page.get_by_role("link", name="World")).to_be_visible()
    expect(old.get_by_text("Your seat is open on another device")).to_be_visible()
    old.context.close()
    person.page.goto(here)


def follow(person: Person, *ways: str) -> None:
    """One link after the other, each on the page to which the one before has led."""
    for way in ways:
        here = person.page.url
        person.page.get_by_role("link", name=way, exact=True).first.click()
        expect(person.page).not_to_have_url(here, timeout=20_000)


def come_back(person: Person, *ways: str) -> None:
    """Close the page, and come in by the front door later: the links on the way lead back."""
    context = person.page.context
    person.page.close()
    person.look_at(context.new_page())
    person.page.goto(person.url)
    follow(person, "Go on there", *ways)


def look(person: Person) -> None:
    """What stands there is for everybody to read."""
    person.finds_no_barrier()
    person.does_not_scroll_sideways()


def survives(person: Person, sign: Sign, *, device: str, ways: tuple[str, ...] = ()) -> None:
    """A refresh, a second device, and a page that was closed; on either device the page is for everybody to read."""
    sign(person)
    look(person)
    refresh(person)
    sign(person)
    change_device(person, device)
    sign(person)
    look(person)
    come_back(person, *ways)
    sign(person)
