"""Requests to the console with what is expected of each, and how they went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rooms.tests.bridge import BRIDGE
from tests.permissions.console_matrix import LISTS, OK, ORGANISERS, PAGES, Page, expected_of
from tests.permissions.console_scene import ConsoleScene
from tests.permissions.outcomes import REFUSED, outcome, undone
from tests.permissions.people import ROLES, STAFF

# What must never stand on a page for the organiser of the other event.
FOREIGN = {"organiser": b"Elsewhere", "other_organiser": b"Civic Weekend"}
PASSWORD = "quite another long password"
AGREED = {"post": "yes", "confirmed": "yes"}


@dataclass(frozen=True)
class Knock:
    role: str
    method: str
    path: str
    expected: str
    # As the matrix has it; an action of a list follows it.
    route: str
    data: dict[str, Any] = field(default_factory=dict)
    # At an object that is for this role like one that does not exist.
    is_foreign: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.role}" + (f" {self.data}" if self.data else "")


def went_wrong(scene: ConsoleScene, knocks: Iterable[Knock]) -> dict[str, object]:
    """What was not as expected; an answer that refuses, or is about a foreign object, must write nothing."""
    wrong: dict[str, object] = {}
    for knock in knocks:
        client = scene.people.browser(knock.role)
        with undone() as written:
            response = getattr(client, knock.method.lower())(knock.path, knock.data)
        found = outcome(response)
        if found not in ({"200", "302"} if knock.expected == OK else {knock.expected}):
            wrong[str(knock)] = f"expected {knock.expected}, found {found}"
        elif written and (knock.is_foreign or found in REFUSED):
            wrong[str(knock)] = f"{found}, and yet it wrote to {set(written)}"
        elif FOREIGN.get(knock.role, b"No such words") in response.content:
            wrong[str(knock)] = "tells of the other event"
    return wrong


def of_lists(scene: ConsoleScene, pages: Iterable[str] = PAGES) -> Iterator[Knock]:
    """Of the pages that every list has these, read and written to."""
    for name in LISTS:
        for role in ROLES:
            for own in (True, False) if role in ORGANISERS else (True,):
                found = scene.object_of(name, scene.whose(role, own=own))
                for page in pages if own else [page for page in pages if "object_id" in page]:
                    route = f"admin/{name}/{page}"
                    for method in ("GET", "POST") if page and not page.endswith("history/") else ("GET",):
                        expected = expected_of(name, role, method, page, is_visible=own)
                        data = AGREED if method == "POST" and page.endswith("delete/") else {}
                        yield Knock(role, method, scene.path(route, found), expected, route, data, is_foreign=not own)


def of_actions(scene: ConsoleScene) -> Iterator[Knock]:
    """Every action of every list, at an own object and at a foreign one that is not in the list."""
    for name, rights in LISTS.items():
        for action in rights.actions.split():
            for role in ROLES:
                for own in (True, False) if role in ORGANISERS else (True,):
                    found = scene.object_of(name, scene.whose(role, own=own))
                    expected = "login" if role not in STAFF else OK if "act" in rights.of(role) else "403"
                    data = {"action": action, "_selected_action": [str(found.pk)], "index": "0", **AGREED}
                    route = f"admin/{name}/ {action}"
                    yield Knock(role, "POST", f"/admin/{name}/", expected, route, data, is_foreign=not own)


def of_pages(scene: ConsoleScene, pages: Iterable[Page]) -> Iterator[Knock]:
    for page in pages:
        for role, own, expected in page.expected():
            whose = scene.whose(role, own=own)
            name = "/".join(page.route.split("/")[1:3])
            found = scene.object_of(name, whose) if name in LISTS else None
            path = _site_path(page.route) or scene.path(page.route, found, whose)
            yield Knock(role, page.method, path, expected, page.route, _data(scene, page, whose), is_foreign=not own)


def _site_path(route: str) -> str:
    if "app_label" in route:
        return "/admin/rooms/"
    if "admin/r/" in route:
        return "/admin/r/1/1/"
    return "/admin/no/such/page" if "url>" in route else ""


def _data(scene: ConsoleScene, page: Page, whose: str) -> dict[str, Any]:
    event = scene.events[whose].pk
    of_get: dict[str, dict[str, Any]] = {"admin/events/eventcode/sheet/": {"event": event}}
    of_post: dict[str, dict[str, Any]] = {
        "admin/events/eventcode/generate/": {"event": event, "count": 2, "beginning": "NEW-"},
        "admin/rooms/quest/import/": {"event": event, "text": BRIDGE},
        "admin/accounts/user/<path:object_id>/password/": {"new_password1": PASSWORD, "new_password2": PASSWORD},
    }
    if page.method == "GET":
        return of_get.get(page.route, {})
    return of_post.get(page.route, {} if page.route.startswith(("admin/logout", "admin/password")) else AGREED)
