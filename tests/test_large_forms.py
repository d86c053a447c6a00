"""A form of a megabyte is refused before a view has run: by name, and in the page's own face."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from echoroom.events.tests.browser import PART, browser_of
from tests.cast import Cast, make_cast

MEGABYTE = "x" * 1_000_000


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def vote(client: Client, code: str, **options: Any) -> Any:
    given = {"decision": 1, "option": "A", "justification": MEGABYTE}
    return client.post(f"/room/{code}/vote", given, **options)


@pytest.mark.parametrize("checks_csrf", [True, False])
@pytest.mark.parametrize("content_type", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_the_page_says_what_was_too_large(cast: Cast, content_type: str, checks_csrf: bool):
    room = cast.room()
    client = browser_of(cast.ben, enforce_csrf_checks=checks_csrf)
    client.get(f"/room/{room.code}")  # which sets the CSRF cookie
    path, body = f"/room/{room.code}/vote", {"decision": 1, "justification": MEGABYTE}
    if content_type == "multipart/form-data":
        answer = client.post(path, body)
    else:
        answer = client.post(path, f"decision=1&justification={MEGABYTE}", content_type=content_type)
    page = answer.content.decode()
    assert answer.status_code == 413
    assert answer.headers["Content-Type"].startswith("text/html")
    assert '<h1 tabindex="-1">The request is too large</h1>' in page
    assert "send something shorter" in page
    assert "<code>body_too_large</code>" in page
    assert 'rel="stylesheet"' in page
    assert 'href="/world"' in page


def test_where_a_part_was_asked_for_it_is_said_over_the_page(cast: Cast):
    answer = vote(browser_of(cast.ben), cast.room().code, headers=PART)
    assert answer.status_code == 413
    assert answer.headers["HX-Reswap"] == "none"
    assert "The request is too large" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_who_has_not_entered_is_answered_the_same(cast: Cast):
    answer = Client().post("/", {"code": MEGABYTE})
    assert answer.status_code == 413
    assert 'href="/"' in answer.content.decode()


def test_a_form_of_too_many_fields_is_no_json(cast: Cast):
    fields = "&".join(f"a{number}=1" for number in range(2000))
    answer = browser_of(cast.ben).post("/profile", fields, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "JSON" not in answer.content.decode()
    assert "<code>malformed</code>" in answer.content.decode()


def test_an_address_under_another_name_is_refused_as_a_page(db: None):
    answer = Client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "<code>malformed</code>" in answer.content.decode()


def test_a_file_may_be_larger_than_a_form(cast: Cast):
    # What takes files has limits of its own; here only the door is looked at.
    file = SimpleUploadedFile("a.txt", MEGABYTE.encode())
    assert browser_of(cast.ben).post("/profile", {"picture": file}).status_code != 413
