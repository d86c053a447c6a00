"""Tags and helpers that all pages share."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from echoroom import pages, slots
from echoroom.events.models import Event
from echoroom.events.templatetags import echo
from echoroom.refusals import NotFound, RateLimited, Refusal
from echoroom.viewer import ANONYMOUS


def rendered(source: str, **context) -> str:
    return Template("{% load echo %}" + source).render(Context({"viewer": ANONYMOUS, **context}))


@pytest.mark.parametrize(
    ("name", "face"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "A"),
        ("محمد عبد الله", "ما"),
        ("王小明", "王"),
        ("", "?"),
        ("<b>", "<"),
        ("  ", "?"),
        ("\u202eZoë Kim", "ZK"),
        ("\u200f", "?"),
    ],
)
def test_every_name_has_a_face(name, face):
    assert echo.initials(name) == face


def test_a_moment_is_relative_and_exact_on_hover():
    event = Event(time_zone="Europe/Berlin")
    then = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    shown = rendered("{% moment then %}", then=then, event=event)
    assert f'title="Sunday 1 March 2026, 13:00:00 ({ZoneInfo("Europe/Berlin").key})"' in shown
    assert 'datetime="2026-03-01T12:00:00+00:00"' in shown


@pytest.mark.parametrize(("away", "words"), [(-5, "just now"), (-180, "3\xa0minutes ago"), (7300, "in 2\xa0hours")])
def test_moments_in_words(away, words):
    at = datetime.now(UTC) + timedelta(seconds=away)
    assert words in rendered("{% moment then %}", then=at.isoformat())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "a second"), (2, "2 seconds"), (90, "90 seconds"), (91, "2 minutes"), (121, "3 minutes"), (900, "15 minutes")],
)
def test_nobody_is_told_to_wait_less_than_it_takes(seconds, words):
    assert rendered("{{ seconds|wait }}", seconds=seconds) == words


def test_a_refusal_says_when_to_try_again():
    shown = rendered("{% include 'parts/problem.html' %}", refusal=RateLimited("Slowly.", retry_after=900))
    assert "Slowly.\n  Try again in 15 minutes.\n" in shown


def test_no_moment_shows_nothing():
    assert rendered("{% moment then %}", then=None) == ""


@pytest.fixture
def shelf():
    asked = []

    def selector(viewer, ids):
        asked.append(list(ids))
        return {key: {"refusal": Refusal(f"{key} <i>")} for key in ids if key != "hidden"}

    slots.register("test.shelf", "parts/problem.html", selector)
    yield asked
    slots.unregister("test.shelf", "parts/problem.html")


def test_an_unfilled_slot_shows_nothing():
    assert rendered("{% slot 'test.nothing' 1 %}") == ""


def test_a_slot_asks_once_for_all_ids_and_escapes(shelf):
    source = "{% for key in keys %}[{% slot 'test.shelf' key keys %}]{% endfor %}"
    shown = rendered(source, keys=["a", "hidden", "b"])
    assert shelf == [["a", "hidden", "b"]]
    assert "a &lt;i&gt;" in shown
    assert "[]" in shown


def asked(method="get", **headers):
    return getattr(RequestFactory(headers=headers), method)("/room/X")


def refusing(refusal):
    @pages.page
    def view(request):
        raise refusal

    return view


def test_a_refused_part_is_a_toast():
    answer = refusing(Refusal("Not <now>."))(asked("post", **{"HX-Request": "true"}))
    assert answer.status_code == 409
    assert answer.headers["HX-Reswap"] == "none"
    assert b'hx-swap-oob="beforeend:#toasts"' in answer.content
    assert b"Not &lt;now&gt;." in answer.content


def test_a_refused_page_is_a_page():
    answer = refusing(RateLimited(retry_after=7))(asked())
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"
    assert b"<html" in answer.content
    assert b"7 seconds" in answer.content


def test_a_reread_of_what_is_gone_replaces_the_page():
    answer = refusing(NotFound())(asked(**{"HX-Request": "true"}))
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#page"


def test_a_reread_that_is_refused_otherwise_changes_nothing():
    answer = refusing(RateLimited(retry_after=7))(asked(**{"HX-Request": "true"}))
    assert answer.status_code == 429
    assert answer.content == b""
    assert "HX-Reswap" not in answer.headers


def test_going_on_needs_no_reload():
    assert pages.go(asked(), "/world").headers["Location"] == "/world"
    for whole in ("HX-Boosted", "HX-History-Restore-Request"):
        assert pages.go(asked(**{"HX-Request": "true", whole: "true"}), "/world").status_code == 303
    moved = pages.go(asked(**{"HX-Request": "true"}), "/world")
    assert json.loads(moved.headers["HX-Location"])["path"] == "/world"


def test_a_page_is_kept_by_no_cache_unless_it_says_so():
    @pages.page
    def view(request):
        return pages.stamped(HttpResponse("x"), '"1"')

    assert view(asked()).headers["Cache-Control"] == "private, no-cache"
    assert pages.unchanged('"1"').status_code == 304
