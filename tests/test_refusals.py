"""Every refusal of the house: a code of its own, words for people, a page with a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve, reverse

from echoroom.api import problem
from echoroom.events.tests.browser import seated_device
from echoroom.events.viewers import DEVICE
from echoroom.refusals import NotFound, Refusal
from tests.cast import Cast, make_cast


def subclasses(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in of.__subclasses__():
        if ".tests." not in each.__module__:
            yield each
            yield from subclasses(each)


REFUSALS = sorted(set(subclasses(Refusal)), key=lambda refusal: refusal.code)


def page_of(refusal: Refusal, device: str = "", path: str = "/room/K7QX") -> str:
    request: Any = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    request.session, request.user = {DEVICE: device} if device else {}, AnonymousUser()
    return problem.page(request, refusal).content.decode()


def of_code(code: str) -> type[Refusal]:
    return next(refusal for refusal in REFUSALS if refusal.code == code)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_no_two_share_a_code():
    # What is not there and what one may not see is one answer, whatever it is.
    codes = [refusal.code for refusal in REFUSALS if not issubclass(refusal, NotFound)]
    assert sorted(set(codes)) == codes
    assert len(codes) > 40


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_each_has_a_page_that_says_what_to_do(cast: Cast, refusal: type[Refusal]):
    for device in ("", seated_device(cast.ben)):
        page = page_of(refusal(), device)
        assert f'<h1 tabindex="-1">{refusal.title}</h1>' in page.replace("&#x27;", "'")
        assert refusal.detail.endswith(".")
        ways = re.search(r'<p class="actions">(.*?)</p>\s*(<p|</div>)', page, re.DOTALL)
        assert ways, "it has no way out"
        assert "<a class=" in ways.group(1)


@pytest.mark.parametrize(
    ("code", "href"),
    [
        ("already_queued", "/spin"),
        ("party_without_language", "/profile?next=/party"),
        ("party_full", "/party"),
        ("profile_incomplete", "/profile"),
        ("quest_closed", "/world"),
        ("too_many_blocks", "/rather-not"),
        ("csrf_failed", ""),
    ],
)
def test_the_way_out_fits_the_refusal(cast: Cast, code: str, href: str):
    assert f'<a class="go" href="{href}">' in page_of(of_code(code)(), seated_device(cast.ben))


QUEST = f"/quest/{UUID(int=1)}"


@pytest.mark.parametrize(
    ("code", "path", "href"),
    [
        ("vote_closed", "/room/K7QX/vote", "/room/K7QX"),
        ("option_not_allowed", "/room/K7QX/commit", "/room/K7QX"),
        ("room_over", "/room/K7QX/leave", "/room/K7QX"),
        ("chat_closed", "/room/K7QX/chat", "/room/K7QX/chat"),
        ("survey_answered", f"{QUEST}/answers", QUEST),
        ("not_a_room", f"/spin/action/{UUID(int=1)}", QUEST),
        ("format_unknown", f"/artifact/{UUID(int=1)}/file", f"/artifact/{UUID(int=1)}"),
        ("vote_closed", "/world", "/world"),
        ("format_unknown", "/map/a-token/file", "/world"),
    ],
)
def test_the_way_out_leads_to_where_the_refusal_came_from_or_to_the_quests(cast: Cast, code: str, path: str, href: str):
    assert f'<a class="go" href="{href}">' in page_of(of_code(code)(), seated_device(cast.ben), path)


def test_every_way_out_leads_to_a_page():
    any_of_them = {"code": "K7QX", "pk": UUID(int=1)}
    for way in [refusal.way for refusal in REFUSALS if refusal.way]:
        assert reverse(way.page, kwargs={name: any_of_them[name] for name in way.takes})


def test_a_stranger_is_led_to_the_way_in_and_not_to_where_only_members_come(cast: Cast):
    page = page_of(of_code("vote_closed")(), path="/room/K7QX/vote")
    assert '<a class="go" href="/">' in page
    assert "/room/K7QX" not in page


def test_who_sits_in_a_room_already_is_shown_the_way_to_it(cast: Cast):
    room = cast.room()
    assert f'href="/room/{room.code}"' in page_of(of_code("already_playing")(), seated_device(cast.ben))
