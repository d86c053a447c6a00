"""Pages whose lists have a hundred rows: they show all of them or a page of them, for as many statements as a few."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import pytest

from echoroom.events.tests.console import console_of, rows_of
from tests.permissions.console_matrix import LISTS, OK
from tests.permissions.console_scene import ADMINS
from tests.permissions.hundred import HUNDRED, make_scene_of_hundreds
from tests.permissions.matrix import ROWS
from tests.permissions.outcomes import told
from tests.permissions.scene import Scene
from tests.permissions.test_matrix import send
from tests.permissions.test_query_promises import promised

# Of a chat the newest, and the way to the ones before.
MESSAGES_A_PAGE = 50
ROWS_A_PAGE = 50


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene_of_hundreds()


def test_every_page_answers_and_keeps_its_promise(scene):
    wrong = {}
    browser = scene.people.browser("member")
    for row in (row for row in ROWS if row.method == "GET" and row.stage == "voting"):
        expected = dict(row.expected())["member"]
        if expected == "200":
            wrong[str(row)] = promised(str(row), expected, partial(send, browser, row, scene))
    assert not any(wrong.values()), told({what: why for what, why in wrong.items() if why})


def test_the_world_shows_every_quest_once(scene):
    page = scene.people.browser("member").get("/world").content.decode()
    assert len(set(re.findall(r"One of many \d{3}", page))) == HUNDRED


def test_a_person_finds_all_their_maps(scene):
    page = scene.people.browser("member").get("/me").content.decode()
    assert len(set(re.findall(r"/artifact/([0-9a-f-]{36})", page))) == HUNDRED + 1


def test_a_chat_shows_its_newest_page_and_the_way_to_the_one_before(scene):
    browser = scene.people.browser("member")
    page = browser.get(f"/room/{scene.room.code}/chat").content.decode()
    words = sorted(set(re.findall(r"Word \d{3}", page)))
    assert (len(words), words[-1]) == (MESSAGES_A_PAGE, f"Word {HUNDRED - 1:03}")


def test_a_list_of_the_console_shows_a_page_of_rows_and_keeps_its_promise(scene):
    browser, longest, wrong = console_of(scene.people.staff["super_admin"]), [], {}
    for name in LISTS:
        answers: list[Any] = []
        what = f"GET admin/{name}/"

        def ask(path: str = f"/admin/{name}/", seen: list[Any] = answers) -> Any:
            seen.append(browser.get(path))
            return seen[0]

        wrong[what] = promised(what, OK, ask)
        shown, there = len(rows_of(answers[0])), ADMINS[name].model._default_manager.count()
        if shown > ROWS_A_PAGE:
            wrong[what] += f" shows {shown} rows"
        longest += [name] if there >= HUNDRED else []
    assert not any(wrong.values()), told({what: why for what, why in wrong.items() if why})
    assert {"rooms/room", "rooms/quest", "rooms/message", "events/participant", "matching/ticket"} <= set(longest)
