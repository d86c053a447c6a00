"""Shared maps are open to everybody, and to nobody without end: their pages and files are limited by address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory, override_settings
from django_ratelimit.core import get_usage

from echoroom import limits
from echoroom.events.services.seats import seat_of
from echoroom.limits.keys import address_key
from echoroom.limits.scopes import SCOPES
from rooms.services.sharing import share_map, token_of
from rooms.tests.test_pages_map import made_map
from tests.cast import Cast

HERE, THERE = "198.51.100.7", "198.51.100.8"
FILES = ["/file?format=pdf", "/file?format=html", "/file?format=md", "/file?format=json", "/preview.png"]


@pytest.fixture
def path(cast: Cast, clock: Any) -> str:
    """Of a shared map, while the clock stands still."""
    made = made_map(cast, "AAB")
    return f"/map/{token_of(share_map(by=seat_of(cast.ben), map_id=made.pk, shows_my_name=False))}"


def use_up_pages(address: str) -> None:
    limit = SCOPES["page"]
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    for _ in range(limit.item.amount):
        get_usage(request, group="page:page", key=address_key, rate=limit.rate, increment=True)


def use_up_files(address: str) -> None:
    for _ in range(SCOPES["shared_map_file"].item.amount):
        limits.check("shared_map_file", address)


def got(path: str, address: str) -> Any:
    return Client(REMOTE_ADDR=address).get(path)


def test_the_page_is_refused_to_an_address_that_asks_too_often_and_to_no_other(path: str):
    use_up_pages(HERE)
    refused = got(path, HERE)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "Too many pages were asked for from here." in refused.content.decode()
    assert got(path, THERE).status_code == 200


def test_a_link_that_opens_nothing_counts_as_well(path: str):
    """Or an address could try links without end."""
    use_up_pages(HERE)
    assert got("/map/invented", HERE).status_code == 429
    assert got("/map/invented", THERE).status_code == 404


@pytest.mark.parametrize("file", FILES)
def test_so_is_each_file(path: str, file: str):
    use_up_files(HERE)
    refused = got(f"{path}{file}", HERE)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert got(f"{path}{file}", THERE).status_code == 200


def test_who_used_up_their_files_still_reads_the_page(path: str):
    use_up_files(HERE)
    assert got(path, HERE).status_code == 200


def test_no_address_can_be_made_up(path: str):
    use_up_pages(HERE)
    assert Client(REMOTE_ADDR=HERE).get(path, headers={"X-Forwarded-For": THERE}).status_code == 429
    with override_settings(TRUSTED_PROXIES=1):
        behind = Client(REMOTE_ADDR="10.0.0.1").get(path, headers={"X-Forwarded-For": f"{THERE}, {HERE}"})
        assert behind.status_code == 429, "the proxy saw it come from here"
