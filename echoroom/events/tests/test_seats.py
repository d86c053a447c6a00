from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import login
from django.core.cache import cache
from django.test import RequestFactory

from echoroom.accounts.tests.factories import StaffFactory
from echoroom.audit.models import AuditEntry
from echoroom.events.errors import LinkInvalid
from echoroom.events.models import Participant, PersonalLink, SeatDevice
from echoroom.events.secrets import hashed
from echoroom.events.services import seats
from echoroom.events.services.seats import (
    issue_token,
    make_personal_link,
    revoke_devices,
    seat_by_token,
    seat_of,
    seat_of_device,
    sign_out,
    take_over,
)
from echoroom.events.tests.factories import ParticipantFactory
from echoroom.events.viewers import DEVICE, sit_down, viewer_of
from echoroom.refusals import RateLimited
from echoroom.viewer import ANONYMOUS
from tests.cast import ApiClient

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def ben() -> Participant:
    return ParticipantFactory.create(user__name="Ben")


def browser_of(person: Participant) -> Any:
    """A browser's session in which this person sits."""
    from django.contrib.sessions.middleware import SessionMiddleware

    request = RequestFactory().get("/")
    SessionMiddleware(lambda request: None).process_request(request)  # type: ignore[arg-type]
    sit_down(request, person)
    return request


def session_again(request: Any) -> Any:
    """The same browser's next request."""
    request.session.save()
    request.session = type(request.session)(request.session.session_key)
    request.__dict__.pop("seated", None)
    return request


def token_of_link(url: str) -> str:
    return url.rsplit("/", 1)[1]


class TestTokens:
    def test_a_token_stands_for_its_seat(self, ben: Participant):
        assert seat_by_token(issue_token(by=seat_of(ben))) == seat_of(ben)

    def test_only_its_hash_is_stored(self, ben: Participant):
        token = issue_token(by=seat_of(ben))
        assert SeatDevice.objects.get().token_hash == hashed(token)
        assert token not in str(SeatDevice.objects.values())

    def test_an_invented_one_stands_for_nobody(self, ben: Participant):
        assert seat_by_token("invented") is None
        assert ApiClient().get("/api/auth/me", headers={"Authorization": "Seat invented"}).status_code == 401

    def test_the_second_look_asks_no_database(self, ben: Participant, django_assert_num_queries):
        token = issue_token(by=seat_of(ben))
        with django_assert_num_queries(1):
            seat_by_token(token)
        with django_assert_num_queries(0):
            assert seat_by_token(token) == seat_of(ben)

    def test_two_devices_have_a_token_each(self, ben: Participant):
        one, other = issue_token(by=seat_of(ben)), issue_token(by=seat_of(ben))
        sign_out(by=seat_of(ben), device=hashed(one))
        assert seat_by_token(one) is None
        assert seat_by_token(other) == seat_of(ben)


class TestRevoking:
    def test_wins_over_a_cached_token(self, ben: Participant, django_capture_on_commit_callbacks):
        token = issue_token(by=seat_of(ben))
        assert seat_by_token(token)
        with django_capture_on_commit_callbacks(execute=True):
            revoke_devices(by=ANONYMOUS, participant_id=ben.pk)
        assert seat_by_token(token) is None

    def test_wins_over_a_read_that_was_under_way(
        self, ben: Participant, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks
    ):
        token = issue_token(by=seat_of(ben))
        read = seats._seat_from_database

        def read_then_revoke(digest: str) -> Any:
            found = read(digest)
            with django_capture_on_commit_callbacks(execute=True):
                sign_out(by=seat_of(ben), device=hashed(token))
            return found

        monkeypatch.setattr(seats, "_seat_from_database", read_then_revoke)
        assert seat_by_token(token) is None
        assert seat_by_token(token) is None

    def test_is_not_what_a_failing_cache_means(self, ben: Participant, monkeypatch: pytest.MonkeyPatch):
        token = issue_token(by=seat_of(ben))
        monkeypatch.setattr(cache, "add", lambda *args: False)
        assert seat_by_token(token) == seat_of(ben)

    def test_holds_after_the_cache_has_forgotten(self, ben: Participant):
        token = issue_token(by=seat_of(ben))
        sign_out(by=seat_of(ben), device=hashed(token))
        cache.clear()
        assert seat_by_token(token) is None

    def test_ends_a_browsers_session(self, ben: Participant, django_capture_on_commit_callbacks):
        browser = browser_of(ben)
        assert viewer_of(session_again(browser)).participant_id == ben.pk
        with django_capture_on_commit_callbacks(execute=True):
            revoke_devices(by=ANONYMOUS, participant_id=ben.pk)
        assert viewer_of(session_again(browser)) == ANONYMOUS

    def test_of_one_person_touches_nobody_else(self, ben: Participant, django_capture_on_commit_callbacks):
        bea = ParticipantFactory.create()
        token = issue_token(by=seat_of(bea))
        with django_capture_on_commit_callbacks(execute=True):
            revoke_devices(by=ANONYMOUS, participant_id=ben.pk)
        assert seat_by_token(token) == seat_of(bea)

    def test_nobody_signs_out_somebody_elses_device(self, ben: Participant):
        bea = ParticipantFactory.create()
        token = issue_token(by=seat_of(bea))
        sign_out(by=seat_of(ben), device=hashed(token))
        assert SeatDevice.objects.get(token_hash=hashed(token)).revoked_at is None


class TestThePersonalLink:
    def test_takes_the_seat_over_and_signs_the_other_devices_out(
        self, ben: Participant, django_capture_on_commit_callbacks
    ):
        token, browser = issue_token(by=seat_of(ben)), browser_of(ben)
        assert seat_by_token(token)
        link = make_personal_link(by=seat_of(ben))
        with django_capture_on_commit_callbacks(execute=True):
            assert take_over(by=ANONYMOUS, token=token_of_link(link), address=HERE) == ben
        assert seat_by_token(token) is None
        assert viewer_of(session_again(browser)) == ANONYMOUS
        assert AuditEntry.objects.filter(action="seat.taken_over").count() == 1
        assert Participant.objects.get().version == 1, "the old device's page is told"

    def test_works_once(self, ben: Participant):
        token = token_of_link(make_personal_link(by=seat_of(ben)))
        take_over(by=ANONYMOUS, token=token, address=HERE)
        with pytest.raises(LinkInvalid):
            take_over(by=ANONYMOUS, token=token, address=HERE)

    def test_stops_working_when_a_new_one_is_made(self, ben: Participant):
        old, new = (token_of_link(make_personal_link(by=seat_of(ben))) for _ in range(2))
        with pytest.raises(LinkInvalid):
            take_over(by=ANONYMOUS, token=old, address=HERE)
        assert take_over(by=ANONYMOUS, token=new, address=HERE) == ben

    def test_invented_ones_are_limited_by_address_and_lock_nobody_out(self, ben: Participant):
        for _ in range(12):
            token = token_of_link(make_personal_link(by=seat_of(ben)))
            take_over(by=ANONYMOUS, token=token, address=HERE)  # what works is not counted
        for _ in range(10):
            with pytest.raises(LinkInvalid):
                take_over(by=ANONYMOUS, token="invented", address=HERE)
        with pytest.raises(RateLimited):
            take_over(by=ANONYMOUS, token="invented", address=HERE)
        with pytest.raises(LinkInvalid):
            take_over(by=ANONYMOUS, token="invented", address=THERE)
        token = token_of_link(make_personal_link(by=seat_of(ben)))
        assert take_over(by=ANONYMOUS, token=token, address=HERE) == ben

    def test_works_for_two_weeks(self, ben: Participant, clock: time_machine.Traveller):
        token = token_of_link(make_personal_link(by=seat_of(ben)))
        clock.shift(timedelta(days=14))
        with pytest.raises(LinkInvalid):
            take_over(by=ANONYMOUS, token=token, address=HERE)
        clock.shift(-1)
        assert take_over(by=ANONYMOUS, token=token, address=HERE) == ben

    def test_is_stored_as_a_hash(self, ben: Participant):
        token = token_of_link(make_personal_link(by=seat_of(ben)))
        assert PersonalLink.objects.get().token_hash == hashed(token)

    def test_opened_on_the_own_device_signs_nobody_out(self, ben: Participant):
        mine = issue_token(by=seat_of(ben))
        take_over(by=seat_of(ben), token=token_of_link(make_personal_link(by=seat_of(ben))), address=HERE)
        assert seat_by_token(mine) == seat_of(ben)

    def test_tells_the_client_that_lost_its_seat_what_happened(self, ben: Participant):
        token, own = issue_token(by=seat_of(ben)), issue_token(by=seat_of(ben))
        sign_out(by=seat_of(ben), device=hashed(own))
        take_over(by=ANONYMOUS, token=token_of_link(make_personal_link(by=seat_of(ben))), address=HERE)

        def told(token: str) -> tuple[int, str]:
            answer = ApiClient().get("/api/auth/me", headers={"Authorization": f"Seat {token}"})
            assert "WWW-Authenticate" in answer
            return answer.status_code, answer.json()["code"]

        assert told(token) == (401, "seat_taken_over")
        assert told(own) == told("invented") == (401, "not_authenticated")

    def test_an_invented_one_takes_nothing(self, ben: Participant):
        make_personal_link(by=seat_of(ben))
        with pytest.raises(LinkInvalid):
            take_over(by=ANONYMOUS, token="invented", address=HERE)

    def test_is_given_to_its_owner_only_and_never_cached(self, ben: Participant):
        answer = ApiClient(ben).send("POST", "/api/auth/link")
        assert answer.status_code == 201
        assert answer.headers["Cache-Control"] == "no-store"
        assert take_over(by=ANONYMOUS, token=token_of_link(answer.json()["url"]), address=HERE) == ben
        assert ApiClient().send("POST", "/api/auth/link").status_code == 401


def test_signing_out_over_http_ends_this_device_and_keeps_the_seat(
    ben: Participant, django_capture_on_commit_callbacks
):
    client = ApiClient(ben)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.send("POST", "/api/auth/logout").status_code == 204
    assert client.get("/api/auth/me").status_code == 401
    assert ApiClient(ben).get("/api/auth/me").json()["participant"] == str(ben.pk)


def test_a_seat_gets_a_new_session_key(ben: Participant):
    from django.contrib.sessions.backends.cached_db import SessionStore

    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.session["theme"] = "dark"
    request.session.save()
    before = request.session.session_key
    sit_down(request, ben)
    assert request.session.session_key != before
    assert seat_of_device(request.session[DEVICE]) == seat_of(ben)


def test_a_staff_sign_in_in_the_same_browser_does_not_keep_a_revoked_seat(
    ben: Participant, django_capture_on_commit_callbacks
):
    browser = browser_of(ben)
    login(browser, StaffFactory.create())
    assert viewer_of(session_again(browser)) == seat_of(ben)
    with django_capture_on_commit_callbacks(execute=True):
        take_over(by=ANONYMOUS, token=token_of_link(make_personal_link(by=seat_of(ben))), address=HERE)
    assert viewer_of(session_again(browser)) == ANONYMOUS
