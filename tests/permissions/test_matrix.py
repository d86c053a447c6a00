"""Every route of API and pages, every role: what they are answered, and that a refusal writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.test import Client

from echoroom import limits
from echoroom.limits.scopes import SCOPES
from tests.permissions.console_matrix import console_routes
from tests.permissions.matrix import ROWS, STAGES, Row
from tests.permissions.outcomes import ENTRY, REFUSED, outcome, told, undone
from tests.permissions.people import ANYBODY, PARTICIPANTS, People
from tests.permissions.routes import of_console, routes
from tests.permissions.scene import Scene, make_scene

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def test_every_route_is_in_a_matrix_and_every_row_has_a_route():
    listed = {row.route for row in ROWS} | set(console_routes())
    assert set(routes()) - listed == set(), "Say in tests/permissions who may use these routes."
    assert listed - set(routes()) == set(), "These rows of tests/permissions have no route any more."


def test_no_row_is_listed_twice():
    assert len({(row.method, row.route) for row in ROWS}) == len(ROWS)


# One scene for all rows of a stage: building it takes longer than asking.
@pytest.mark.parametrize("stage", STAGES)
def test_everybody_is_answered_as_the_matrix_says_and_who_is_refused_writes_nothing(stage):
    scene = make_scene(stage)
    wrong = {}
    for row in (row for row in ROWS if row.stage == stage):
        for role, expected in row.expected():
            for way, client in ways_in(scene.people, row, role):
                with undone() as written:
                    found = outcome(send(client, row, scene))
                if found != expected or not is_right(row, expected, bool(written)):
                    wrong[f"{row} as {role} {way}"] = (f"expected {expected}", f"found {found}", written)
    assert not wrong, told(wrong)


def is_right(row: Row, expected: str, has_written: bool) -> bool:
    """A refusal writes nothing. A success writes something, or it would not show that the request was a good one."""
    if expected in REFUSED:
        return not has_written
    return has_written or row.is_idle or not row.is_write


def ways_in(people: People, row: Row, role: str) -> Iterator[tuple[str, Client]]:
    """The API takes a seat's token and a browser's session, a page the session only."""
    yield "with a session", people.browser(role)
    if row.is_api and role in PARTICIPANTS:
        yield "with a token", people.api_client(role)


def send(client: Client, row: Row, scene: Scene) -> Any:
    data = row.data(scene) if row.data else {}
    path = scene.path(row.route)
    if row.is_api and row.is_write:
        return client.generic(row.method, path, orjson.dumps(data) if data else b"", content_type="application/json")
    return client.post(path, data) if row.is_write else client.get(path)


def test_other_methods_are_not_allowed_and_write_nothing():
    scene = make_scene("voting")
    listed = {(row.route, row.method) for row in ROWS}
    wrong = {}
    for route in {row.route for row in ROWS} - {"^api/"}:
        for method in METHODS:
            for role in (ANYBODY, "member"):
                if (route, method) in listed:
                    continue
                with undone() as written:
                    answer = scene.people.browser(role).generic(method, scene.path(route))
                if outcome(answer) != "405" or written:
                    wrong[f"{method} {route} as {role}"] = (outcome(answer), written)
    assert not wrong, told(wrong)


@pytest.mark.parametrize("stage", STAGES)
def test_a_browser_writes_nothing_without_the_csrf_token(stage):
    """Another site's form brings the session's cookie, and no token."""
    scene = make_scene(stage)
    wrong = {}
    for row in (row for row in ROWS if row.stage == stage and row.is_write):
        for role, expected in row.expected():
            if role not in PARTICIPANTS:
                continue
            # What does not exist says so first.
            refused = "404" if row.route == "^api/" else "403"
            with undone() as written:
                found = outcome(send(scene.people.browser(role, checks_csrf=True), row, scene))
            if found != refused or written:
                wrong[f"{row} as {role}"] = (found, expected, written)
    assert not wrong, told(wrong)


@pytest.mark.parametrize("stage", STAGES)
def test_a_form_with_a_null_character_is_refused_by_every_page(stage):
    """PostgreSQL holds none, and an error of its is a server error."""
    scene = make_scene(stage)
    wrong = {}
    for row in (row for row in ROWS if row.stage == stage and row.is_write and not row.is_api):
        for role in (ANYBODY, "member"):
            data = {name: f"{value}\0" for name, value in (row.data(scene) if row.data else {"any": ""}).items()}
            with undone() as written:
                found = outcome(scene.people.browser(role).post(scene.path(row.route), data))
            if found != "400" or written:
                wrong[f"{row} as {role}"] = (found, written)
    assert not wrong, told(wrong)


def test_head_counts_like_get():
    """It asks the server for the same work; uncounted it could be asked for without end."""
    scene = make_scene("voting")
    key = str(scene.people.participants["member"].pk)
    wrong = {}
    for row in (row for row in ROWS if row.is_api and not row.is_write):
        counted = []
        for method in ("GET", "HEAD"):
            with undone():
                scene.people.api_client("member").generic(method, scene.path(row.route))
                counted.append([name for name, scope in SCOPES.items() if scope.strict and is_counted(name, key)])
        if counted[0] != counted[1]:
            wrong[row.route] = counted
    assert not wrong, told(wrong)


def is_counted(scope: str, person: str) -> bool:
    return any(limits.peek(scope, key).left < SCOPES[scope].item.amount for key in (person, "127.0.0.1"))


def test_a_token_opens_no_page():
    """It is for API clients: a page that took it could be embedded or cached with it."""
    scene = make_scene("voting")
    pages = [row for row in ROWS if not row.is_api and row.stage == "voting" and row.cells.startswith(ENTRY)]
    for row in pages:
        with undone():
            assert outcome(send(scene.people.api_client("member"), row, scene)) == ENTRY, row


@pytest.mark.parametrize("code", ["NOPE", "lumbek47", "%00", "..%2f..", "0" * 200])
def test_a_room_that_is_not_there_is_like_a_room_of_others(code):
    scene = make_scene("voting")
    for role in PARTICIPANTS:
        theirs = scene.people.api_client(role).get(f"/api/rooms/{code}")
        assert theirs.status_code == 404, role
        assert orjson.loads(theirs.content)["code"] in {"room_not_found", "not_found"}
    stranger = scene.people.api_client("stranger")
    headers = {"X-Request-ID": "the-same-request"}
    others, nobodys = (stranger.get(f"/api/rooms/{each}", headers=headers) for each in (scene.room.code, "NOPE"))
    assert (others.content, dict(others.headers)) == (nobodys.content, dict(nobodys.headers))


def test_who_has_left_a_room_is_a_stranger_to_it():
    scene = make_scene("voting")
    client = scene.people.api_client("member")
    assert client.post(f"/api/rooms/{scene.room.code}/leave", content_type="application/json").status_code == 204
    assert client.get(f"/api/rooms/{scene.room.code}").status_code == 404


def test_no_route_of_the_console_is_in_the_matrix_of_pages():
    assert not [row for row in ROWS if of_console(row.route)]
