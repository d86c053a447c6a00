from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from echoroom.accounts.models import User
from echoroom.api.models import IdempotencyRecord
from echoroom.audit.models import AuditEntry
from echoroom.events.errors import CodeInvalid, LinkInvalid
from echoroom.events.models import Event, EventCode, Participant
from echoroom.events.services.entry import enter_with_code, enter_with_link
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.factories import EventCodeFactory, EventFactory
from echoroom.refusals import RateLimited
from echoroom.viewer import ANONYMOUS
from tests.cast import ApiClient

pytestmark = pytest.mark.django_db
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def code() -> EventCode:
    return EventCodeFactory.create(code="CIVIC-24")


def typed(text: str, address: str = HERE) -> Participant:
    return enter_with_code(by=ANONYMOUS, code=text, address=address).participant


def shut(code: EventCode, how: str) -> None:
    """Make a good code one that lets nobody in."""
    past = timezone.now() - timedelta(minutes=1)
    if how == "used up":
        EventCode.objects.filter(pk=code.pk).update(max_uses=3, uses=3)
    elif how == "expired":
        EventCode.objects.filter(pk=code.pk).update(expires_at=past)
    elif how == "switched off":
        EventCode.objects.filter(pk=code.pk).update(is_active=False)
    elif how == "event closed":
        Event.objects.filter(pk=code.event_id).update(opens_at=past - timedelta(days=1), closes_at=past)
    elif how == "event not open":
        Event.objects.filter(pk=code.event_id).update(opens_at=timezone.now() + timedelta(hours=1))
    elif how == "wrong":
        EventCode.objects.filter(pk=code.pk).update(code="ANOTHER", link_token="another")


SHUT = ["wrong", "expired", "used up", "switched off", "event closed", "event not open"]


class TestACode:
    @pytest.mark.parametrize("text", ["CIVIC-24", "civic-24", "  Civic-24\n", "civic -24", "c i v i c - 2 4"])
    def test_is_read_whatever_the_case_and_the_spaces(self, code: EventCode, text: str):
        assert typed(text).event_id == code.event_id

    def test_makes_a_guest_with_a_place_in_the_event_and_counts_a_use(self, code: EventCode):
        person = typed("CIVIC-24")
        assert (person.code, person.user.role, person.has_profile) == (code, "player", False)
        assert EventCode.objects.get().uses == 1
        assert AuditEntry.objects.get(action="participant.entered").actor_id == person.user_id

    @pytest.mark.parametrize("how", SHUT)
    def test_that_does_not_let_in_writes_nothing(self, code: EventCode, how: str):
        shut(code, how)
        uses = EventCode.objects.get().uses
        with pytest.raises(CodeInvalid):
            typed("CIVIC-24")
        assert not Participant.objects.exists()
        assert not User.objects.exists()
        assert EventCode.objects.get().uses == uses

    def test_all_that_do_not_let_in_get_one_answer(self, code: EventCode):
        answers = [client_at(9).send("POST", "/api/auth/start", {"code": "NO-SUCH-CODE"})]
        for number, how in enumerate(SHUT):
            other = EventCodeFactory.create(code=f"SHUT-{number}")
            shut(other, how)
            answers.append(client_at(number).send("POST", "/api/auth/start", {"code": f"SHUT-{number}"}))
        assert {(answer.status_code, comparable(answer)) for answer in answers} == {
            (404, comparable(answers[0])),
        }
        assert answers[0].json()["code"] == "code_invalid"

    def test_of_which_the_last_use_is_taken_lets_nobody_else_in(self, code: EventCode):
        EventCode.objects.update(max_uses=2)
        typed("CIVIC-24")
        typed("CIVIC-24")
        with pytest.raises(CodeInvalid):
            typed("CIVIC-24")
        assert (EventCode.objects.get().uses, Participant.objects.count()) == (2, 2)

    def test_typed_again_by_who_is_in_finds_the_same_seat_and_counts_no_use(self, code: EventCode):
        EventCode.objects.update(max_uses=1)
        person = typed("CIVIC-24")
        again = enter_with_code(by=seat_of(person), code="CIVIC-24", address=HERE)
        assert (again.participant, again.is_new) == (person, False)
        assert EventCode.objects.get().uses == 1

    @pytest.mark.parametrize("how", SHUT[1:5])
    def test_that_is_shut_tells_who_is_in_by_another_code_nothing(self, code: EventCode, how: str):
        person = enter_with_code(
            by=ANONYMOUS, code=EventCodeFactory.create(event=code.event).code, address=HERE
        ).participant
        assert enter_with_code(by=seat_of(person), code="CIVIC-24", address=HERE).participant == person
        shut(code, how)
        with pytest.raises(CodeInvalid):
            enter_with_code(by=seat_of(person), code="CIVIC-24", address=HERE)

    def test_of_another_event_is_another_place(self, code: EventCode):
        person = typed("CIVIC-24")
        EventCodeFactory.create(code="OTHER-1")
        entered = enter_with_code(by=seat_of(person), code="OTHER-1", address=HERE)
        assert entered.is_new
        assert entered.participant.event_id != person.event_id


def client_at(number: int) -> ApiClient:
    """Wrong codes are counted by address: this client has one of its own."""
    client = ApiClient()
    client.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
    return client


def comparable(answer: Any) -> str:
    return str({key: value for key, value in answer.json().items() if key != "request_id"})


class TestGuessing:
    def guess(self, times: int, address: str = HERE) -> None:
        for number in range(times):
            with pytest.raises(CodeInvalid):
                typed(f"WRONG-{number}", address)

    def test_after_five_wrong_codes_even_the_right_one_is_refused(self, code: EventCode):
        self.guess(5)
        with pytest.raises(RateLimited) as refused:
            typed("CIVIC-24")
        assert 0 < (refused.value.retry_after or 0) <= 15 * 60
        assert not Participant.objects.exists()

    def test_after_four_the_right_one_still_lets_in(self, code: EventCode):
        self.guess(4)
        assert typed("CIVIC-24").event_id == code.event_id

    def test_right_codes_are_not_counted(self, code: EventCode):
        for _ in range(20):
            typed("CIVIC-24")
        self.guess(4)
        assert typed("CIVIC-24").event_id == code.event_id

    def test_another_address_is_not_held_responsible(self, code: EventCode):
        self.guess(5)
        assert typed("CIVIC-24", THERE).event_id == code.event_id

    def test_the_join_link_still_lets_a_whole_room_in(self, code: EventCode):
        self.guess(5)
        for _ in range(20):
            answer = ApiClient().send("POST", "/api/auth/start", {"link": code.link_token})
            assert answer.status_code == 201

    def test_the_refusal_over_http_says_how_long_to_wait(self, code: EventCode):
        for number in range(5):
            ApiClient().send("POST", "/api/auth/start", {"code": f"WRONG-{number}"})
        refused = ApiClient().send("POST", "/api/auth/start", {"code": "CIVIC-24"})
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert int(refused.headers["Retry-After"]) > 0

    def test_a_forged_forwarding_header_is_no_way_around(self, code: EventCode):
        for number in range(5):
            ApiClient().send(
                "POST", "/api/auth/start", {"code": f"W-{number}"}, **{"X-Forwarded-For": f"1.1.1.{number}"}
            )
        refused = ApiClient().send("POST", "/api/auth/start", {"code": "CIVIC-24"}, **{"X-Forwarded-For": "1.1.1.9"})
        assert refused.status_code == 429


class TestTheJoinLink:
    def test_lets_in_and_counts_a_use(self, code: EventCode):
        entered = enter_with_link(by=ANONYMOUS, token=code.link_token)
        assert (entered.participant.event_id, EventCode.objects.get().uses) == (code.event_id, 1)

    @pytest.mark.parametrize("how", SHUT)
    def test_of_a_code_that_lets_nobody_in_does_not_either(self, code: EventCode, how: str):
        shut(code, how)
        with pytest.raises(LinkInvalid, match="ask an organiser"):
            enter_with_link(by=ANONYMOUS, token=code.link_token)
        assert not Participant.objects.exists()

    def test_is_not_the_code(self, code: EventCode):
        with pytest.raises(LinkInvalid):
            enter_with_link(by=ANONYMOUS, token=code.code)
        with pytest.raises(CodeInvalid):
            typed(code.link_token)

    def test_of_two_codes_differs_beyond_guessing(self, code: EventCode):
        other = EventCodeFactory.create(code="CIVIC-25")
        assert len(code.link_token) == 43
        assert code.link_token[:8] != other.link_token[:8]


class TestOverHttp:
    def test_a_code_gives_a_token_that_works(self, code: EventCode):
        answer = ApiClient().send("POST", "/api/auth/start", {"code": "civic-24"})
        assert (answer.status_code, answer.json()["is_new"]) == (201, True)
        headers = {"Authorization": f"Seat {answer.json()['token']}"}
        me = ApiClient().get("/api/auth/me", headers=headers).json()
        assert me["participant"] == answer.json()["participant"]

    def test_starting_again_with_the_token_finds_the_same_seat(self, code: EventCode):
        first = ApiClient().send("POST", "/api/auth/start", {"code": "CIVIC-24"}).json()
        headers = {"Authorization": f"Seat {first['token']}"}
        again = ApiClient().send("POST", "/api/auth/start", {"code": "CIVIC-24"}, **headers)
        assert (again.status_code, again.json()["token"]) == (200, first["token"])
        assert EventCode.objects.get().uses == 1

    @pytest.mark.parametrize(
        "body",
        [{}, {"code": "A", "link": "B"}, {"code": 7}, {"code": None}, {"code": "x" * 41}, {"code": "C", "event": "1"}],
    )
    def test_bad_input_has_a_code_and_counts_as_no_guess(self, code: EventCode, body: object):
        for _ in range(6):
            answer = ApiClient().send("POST", "/api/auth/start", body)
            assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
        assert typed("CIVIC-24", "127.0.0.1").event_id == code.event_id

    def test_the_answer_is_not_stored_anywhere_on_the_way(self, code: EventCode):
        answer = ApiClient().send("POST", "/api/auth/start", {"code": "CIVIC-24"})
        assert answer.headers["Cache-Control"] == "no-store"
        assert not IdempotencyRecord.objects.exists()


KEY = "7f0c1c1e-2f0b-4b8f-9d4e-52f4b2f0a6d1"


def enter(body: object = None, *, key: str = KEY, **headers: str) -> Any:
    return ApiClient().send(
        "POST", "/api/auth/start", body or {"code": "CIVIC-24"}, **{"Idempotency-Key": key, **headers}
    )


class TestAnEntrySentAgain:
    def test_under_its_key_gets_the_same_answer_and_makes_nobody_else(self, code: EventCode):
        first, again = enter(), enter()
        assert (first.status_code, first.json()["is_new"]) == (201, True)
        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["Idempotent-Replay"] == "true"
        assert again.headers["Cache-Control"] == "no-store"
        assert (Participant.objects.count(), EventCode.objects.get().uses) == (1, 1)

    def test_gets_a_token_that_works(self, code: EventCode):
        enter()
        headers = {"Authorization": f"Seat {enter().json()['token']}"}
        assert ApiClient().get("/api/auth/me", headers=headers).json()["participant"] == str(
            Participant.objects.get().pk
        )

    def test_with_another_body_is_refused_by_name(self, code: EventCode):
        enter()
        for body in ({"code": "OTHER-1"}, {"link": code.link_token}):
            refused = enter(body)
            assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
        assert Participant.objects.count() == 1

    def test_under_another_key_is_another_person(self, code: EventCode):
        assert enter().json()["token"] != enter(key=KEY[::-1]).json()["token"]
        assert Participant.objects.count() == 2

    def test_needs_a_key_that_nobody_guesses(self, code: EventCode):
        for key in ("1", "my entry", "x" * 15):
            refused = enter(key=key)
            assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_invalid")
            assert "16 random characters" in refused.json()["detail"]
        assert not Participant.objects.exists()

    def test_is_stored_without_what_opens_the_seat(self, code: EventCode):
        token = enter().json()["token"]
        kept = IdempotencyRecord.objects.get()
        stored = f"{kept.key} {kept.headers} {bytes(kept.body)!r}"
        assert KEY not in stored
        assert token not in stored
        assert token[22:] not in stored
        assert len(token[22:]) == 43

    def test_opens_nothing_under_another_secret(self, code: EventCode, settings: Any):
        token = enter().json()["token"]
        settings.SECRET_KEY = "of another installation"
        assert enter().json()["token"] != token

    def test_after_a_refusal_may_succeed(self, code: EventCode):
        shut(code, "switched off")
        assert enter().json()["code"] == "code_invalid"
        assert not IdempotencyRecord.objects.exists()
        EventCode.objects.update(is_active=True)
        assert enter().status_code == 201

    def test_by_who_is_in_already_keeps_their_token_out_of_the_table(self, code: EventCode):
        mine = enter(key=KEY[::-1]).json()["token"]
        first, again = (enter(Authorization=f"Seat {mine}") for _ in range(2))
        assert (first.status_code, first.json()["token"]) == (200, mine)
        assert again.content == first.content
        assert again.headers["Idempotent-Replay"] == "true"
        assert not any(mine[22:].encode() in bytes(kept.body) for kept in IdempotencyRecord.objects.all())

    def test_after_a_day_is_a_new_entry(self, code: EventCode):
        token = enter().json()["token"]
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
        assert enter().json()["token"] != token
        assert Participant.objects.count() == 2

    def test_has_its_key_in_the_schema(self):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        documented = schema["paths"]["/api/auth/start"]["post"]
        (key,) = [each for each in documented["parameters"] if each["name"] == "Idempotency-Key"]
        assert (key["in"], key["schema"]["minLength"], key["schema"]["maxLength"]) == ("header", 16, 200)
        assert "422" in documented["responses"]


def test_organisers_see_why_a_code_does_not_let_in(clock: time_machine.Traveller):
    seen = []
    for how in SHUT[1:5]:
        code = EventCodeFactory.create(event=EventFactory.create())
        shut(code, how)
        code.refresh_from_db()
        seen.append(code.state_at(timezone.now()))
    assert seen == ["expired", "used up", "switched off", "event closed"]
