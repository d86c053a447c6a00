"""Every refusal of the house: a code of its own, words for people, a page with a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

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


def page_of(refusal: Refusal, device: str = "") -> str:
    request: Any = RequestFactory().get("/room/K7QX")
    request.session, request.user = {DEVICE: device} if device else {}, AnonymousUser()
    return problem.page(request, refusal).content.decode()


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
    [("already_queued", "/spin"), ("profile_incomplete", "/profile"), ("quest_closed", "/world"), ("csrf_failed", "")],
)
def test_the_way_out_fits_the_refusal(cast: Cast, code: str, href: str):
    refusal = next(refusal for refusal in REFUSALS if refusal.code == code)
    assert f'<a class="go" href="{href}">' in page_of(refusal(), seated_device(cast.ben))


def test_who_sits_in_a_room_already_is_shown_the_way_to_it(cast: Cast):
    room = cast.room()
    refusal = next(refusal for refusal in REFUSALS if refusal.code == "already_playing")
    assert f'href="/room/{room.code}"' in page_of(refusal(), seated_device(cast.ben))
