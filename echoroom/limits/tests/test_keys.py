from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from echoroom.limits import client_address
from echoroom.limits.decorators import page_limit
from echoroom.limits.keys import address_key, person_key
from echoroom.limits.scopes import SCOPES, CountedBy, Scope
from echoroom.refusals import RateLimited


def asked(peer: str, forwarded: str | None = None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    request = RequestFactory().get("/", REMOTE_ADDR=peer)
    request.META.update(headers)
    return request


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        (0, "198.51.100.1", None, "198.51.100.1"),
        (0, "198.51.100.1", "203.0.113.9", "198.51.100.1"),
        (1, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "10.0.0.1", "203.0.113.9", "10.0.0.1"),
        (1, "10.0.0.1", None, "10.0.0.1"),
        (1, "10.0.0.1", "203.0.113.9:5123", "203.0.113.9"),
        (1, "10.0.0.1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::"),
        (1, "10.0.0.1", "nonsense", "unknown"),
        (0, "", None, "unknown"),
        (0, "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        (0, "::ffff:203.0.113.9", None, "203.0.113.9"),
        (0, "fe80::1%eth0", None, "fe80::"),
    ],
)
def test_the_address_is_what_a_trusted_proxy_saw(settings, proxies, peer, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(asked(peer, forwarded)) == address


def test_a_key_function_hides_the_address():
    assert "198.51.100.1" not in address_key("page", asked("198.51.100.1"))


def test_a_person_has_their_own_key_and_a_stranger_their_address():
    request = asked("198.51.100.1")
    stranger = person_key("page", request)
    assert stranger == address_key("page", request)
    request.user = type("Ben", (), {"is_authenticated": True, "pk": "b"})()
    assert person_key("page", request) != stranger


@pytest.fixture
def _three_pages(monkeypatch):
    scope = Scope(limit="3/hour", by=CountedBy.ADDRESS, strict=False, sentence="Too many.")
    monkeypatch.setitem(SCOPES, "three_pages", scope)


@pytest.mark.usefixtures("_three_pages")
def test_a_page_over_its_limit_is_refused_with_the_time_to_wait():
    page = page_limit("three_pages")(lambda request: HttpResponse("ok"))
    for _ in range(3):
        assert page(asked("198.51.100.1")).content == b"ok"
    with pytest.raises(RateLimited) as refused:
        page(asked("198.51.100.1"))
    assert refused.value.retry_after in range(1, 3_601)
    assert page(asked("198.51.100.2")).content == b"ok"


@pytest.mark.usefixtures("_three_pages")
def test_a_page_limit_can_be_for_some_methods_only():
    page = page_limit("three_pages", methods=["POST"])(lambda request: HttpResponse("ok"))
    for _ in range(9):
        page(asked("198.51.100.1"))


def test_a_strict_scope_cannot_be_a_page_limit():
    with pytest.raises(ValueError, match="exact"):
        page_limit("vote")
