"""The queue console in a real browser: it moves by itself, and holds a queue on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Entering, Server
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e
QUEST = "The quiet renewal"

Signing = Callable[..., Person]


@pytest.fixture
def sign_in(open_device: Callable[..., Page], server: Server) -> Iterator[Signing]:
    """Ada, at the console."""
    opened: list[Person] = []

    def come_in(*, device: str = "", dark: bool = False) -> Person:
        ada = Person("Ada", open_device(device, dark=dark), server.url)
        opened.append(ada)
        ada.page.goto(f"{server.url}/admin/login/?next=/admin/queue-dashboard/")
        email, password = server.organiser
        ada.page.locator("input[name=username]").fill(email)
        ada.page.locator("input[name=password]").fill(password)
        ada.page.locator("button[type=submit]").click()
        expect(ada.page.locator(".er-board")).to_be_visible()
        return ada

    yield come_in
    problems = [f"{person.name}: {error}" for person in opened for error in person.errors]
    for person in opened:
        person.page.context.close()
    assert not problems, problems


def test_the_console_moves_by_itself_when_somebody_joins(enter: Entering, sign_in: Signing) -> None:
    ada, ben = sign_in(), enter("Ben")
    queue = ada.page.locator(".er-queue", has=ada.page.get_by_role("heading", name=QUEST))
    expect(ada.page.locator("[data-live-status]")).to_have_text("Live")
    expect(queue.locator("[data-reason]")).to_have_text("Nobody waits.")
    ada.mark_the_page()
    ben.queue_for(QUEST)
    expect(queue.locator("[data-reason]")).to_have_text(re.compile("One person waits"))
    expect(queue.get_by_role("status")).to_have_text(re.compile(f"{QUEST}: All well. One person waits"))
    assert ada.has_not_reloaded()
    ben.page.get_by_role("button", name="Leave the queue").click()
    expect(queue.locator("[data-reason]")).to_have_text("Nobody waits.")


def test_what_somebody_stands_on_stays_while_the_queue_moves(enter: Entering, sign_in: Signing) -> None:
    ada, ben = sign_in(), enter("Ben")
    queue = ada.page.locator(".er-queue", has=ada.page.get_by_role("heading", name=QUEST))
    expect(ada.page.locator("[data-live-status]")).to_have_text("Live")
    queue.get_by_role("button", name="Hold the queue").focus()
    ben.queue_for(QUEST)
    expect(queue.locator("[data-reason]")).to_have_text(re.compile("One person waits"))
    expect(queue.get_by_role("button", name="Hold the queue")).to_be_focused()
    ben.page.get_by_role("button", name="Leave the queue").click()
    expect(ben.heading(re.compile(QUEST))).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_queue_is_held_and_released_on_a_phone_without_a_barrier(
    enter: Entering, sign_in: Signing, dark: bool
) -> None:
    ada, ben = sign_in(device="Pixel 5", dark=dark), enter("Ben")
    ben.queue_for(QUEST)
    queue = ada.page.locator(".er-queue", has=ada.page.get_by_role("heading", name=QUEST))
    queue.get_by_role("button", name="Hold the queue").click()
    ada.sees(re.compile("It has been held for"))
    ada.finds_no_barrier(".er-board")
    ada.does_not_scroll_sideways()
    queue.get_by_role("link", name="People and teams").click()
    ada.sees("Ben")
    ada.finds_no_barrier(".er-board")
    ada.does_not_scroll_sideways()
    ada.page.go_back()
    queue.get_by_role("button", name="Release the queue").click()
    ada.sees(re.compile("The queue is released"))
    ben.page.get_by_role("button", name="Leave the queue").click()
    expect(ben.heading(re.compile(QUEST))).to_be_visible()


@pytest.mark.parametrize("device", ["", "Pixel 5"], ids=["desktop", "phone"])
def test_what_other_weights_would_do_fits_the_page(sign_in: Signing, three: list[httpx.Client], device: str) -> None:
    ada = sign_in(device=device)
    ada.waits_until(lambda: room_of(three[0]) is not None)
    queue = ada.page.locator(".er-queue", has=ada.page.get_by_role("heading", name=QUEST))
    queue.get_by_role("link", name="What if?").click()
    ada.page.get_by_label("Gender").fill("5")
    ada.page.get_by_role("button", name="Run it again").click()
    ada.sees("What came of it, and what would have")
    ada.finds_no_barrier(".er-board")
    ada.does_not_scroll_sideways()


@pytest.fixture
def three(server: Server) -> Iterator[list[httpx.Client]]:
    """Guests who queue for the quest, and leave it as they found it."""
    people = [somebody_queues(server) for _ in range(3)]
    yield people
    for person in people:
        person.post(f"/api/rooms/{room}/leave" if (room := room_of(person)) else "/api/matching/leave")
        person.close()


def room_of(person: httpx.Client) -> str | None:
    room: str | None = person.get("/api/matching/status").json()["room"]
    return room


def somebody_queues(server: Server) -> httpx.Client:
    token = httpx.post(f"{server.url}/api/auth/start", json={"code": server.code}).json()["token"]
    person = httpx.Client(base_url=server.url, headers={"Authorization": f"Seat {token}"})
    person.patch("/api/profile", json={"name": "Guest", "consent": True}).raise_for_status()
    (quest,) = [each["id"] for each in person.get("/api/quests").json()["quests"] if each["title"] == QUEST]
    person.post("/api/matching/join", json={"quest": quest}).raise_for_status()
    return person
