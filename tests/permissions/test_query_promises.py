"""Every route keeps its promise to the database, with a handful of rows and with a crowd of them.

Counted cold, as in a process that has just started on empty caches: no cache hides that each row is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from rooms.selectors import content
from tests.permissions.console_matrix import OK, OWN_PAGES, SITE_PAGES
from tests.permissions.console_scene import ConsoleScene, make_console_scene
from tests.permissions.crowd import make_crowded_console, make_crowded_scene
from tests.permissions.knocking import Knock, of_actions, of_lists, of_pages
from tests.permissions.matrix import ROWS, STAGES, Row
from tests.permissions.outcomes import REFUSED, forget, outcome, told, undone
from tests.permissions.people import ANYBODY, ROLES
from tests.permissions.query_promises import PROMISES
from tests.permissions.scene import Scene, make_scene
from tests.permissions.test_matrix import send, ways_in
from tests.queries import keeps_its_promise

# Who is counted, if they are let in: somebody new, somebody of the room, who sees one event, who sees all.
COUNTED = (ANYBODY, "member", "organiser", "super_admin")


def promised(route: str, expected: str, ask: Callable[[], Any]) -> str:
    """What is wrong, or nothing. Another answer than the expected one costs something else than was promised."""
    answers: list[Any] = []
    with undone():
        forget()
        content.forget()
        ContentType.objects.clear_cache()
        try:
            keeps_its_promise(route, PROMISES.get(route, 0), lambda: answers.append(ask()))
        except AssertionError as broken:
            return str(broken)
        found = outcome(answers[0])
    return "" if found in ({"200", "302"} if expected == OK else {expected}) else f"expected {expected}, found {found}"


def lets_in(row: Row) -> dict[str, str]:
    """Role → outcome."""
    return {role: expected for role, expected in row.expected() if role in COUNTED and expected not in REFUSED}


# One scene for all rows of a stage: building it takes longer than asking.
@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_scene, make_crowded_scene], ids=["small", "crowded"])
@pytest.mark.parametrize("stage", STAGES)
def test_every_route_keeps_its_promise(make: Callable[[str], Scene], stage: str):
    scene, wrong = make(stage), {}
    # Who was not seen for a while is noted, and on a slow machine that would be counted too.
    with time_machine.travel(timezone.now(), tick=False):
        for row in (row for row in ROWS if row.stage == stage):
            for role, expected in lets_in(row).items():
                for way, client in ways_in(scene.people, row, role):
                    ask = partial(send, client, row, scene)
                    wrong[f"{row} as {role} {way}"] = promised(str(row), expected, ask)
    assert not any(wrong.values()), told({what: why for what, why in wrong.items() if why})


# A promise is what a page costs in the small scene too; asking for it there again would show no more.
@pytest.mark.django_db
def test_every_page_of_the_console_keeps_its_promise_in_a_crowd():
    scene, wrong = make_crowded_console(), {}
    for knock in (knock for knock in console_knocks(scene) if knock.role in COUNTED and is_let_in(knock)):
        client = scene.people.browser(knock.role)
        ask = partial(getattr(client, knock.method.lower()), knock.path, knock.data)
        wrong[str(knock)] = promised(promise_of(knock), knock.expected, ask)
    assert not any(wrong.values()), told({what: why for what, why in wrong.items() if why})


def console_knocks(scene: ConsoleScene) -> list[Knock]:
    knocks = (*of_lists(scene), *of_actions(scene), *of_pages(scene, [*OWN_PAGES, *SITE_PAGES]))
    return [knock for knock in knocks if not knock.is_foreign]


def is_let_in(knock: Knock) -> bool:
    return knock.expected not in REFUSED


def promise_of(knock: Knock) -> str:
    return f"{knock.method} {knock.route}"


@pytest.mark.django_db
def test_every_route_that_lets_anybody_in_has_a_promise_and_every_promise_has_a_route():
    answered = {str(row) for row in ROWS if any(expected not in REFUSED for _, expected in row.expected())}
    answered |= {promise_of(knock) for knock in console_knocks(make_console_scene()) if is_let_in(knock)}
    assert answered - set(PROMISES) == set(), "Say in tests/permissions/query_promises.py what these cost."
    assert set(PROMISES) - answered == set(), "These promises have no route any more."


def test_somebody_who_is_counted_is_let_in_wherever_anybody_is():
    """Otherwise a promise would be kept because nobody asked."""
    assert set(COUNTED) <= set(ROLES)
    for row in ROWS:
        assert lets_in(row) or all(expected in REFUSED for _, expected in row.expected()), row
