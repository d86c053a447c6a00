from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import orjson
import pytest
import time_machine

from echoroom.api.models import IdempotencyRecord
from rooms.models import Commit, Room, Vote, VoteChange
from rooms.services.seating import close_room
from rooms.tests.factories import make_quest, make_room
from rooms.tests.moves import commit, everyone_votes, leave, now, playing_room, vote, vote_again, wait
from tests.cast import ApiClient, Cast, make_cast

Clock = time_machine.Traveller
ABSENT = "LUMBEK47"


@pytest.fixture
def room(cast: Cast) -> Room:
    return playing_room(cast)


def body_of_vote(room: Room, /, **changes: object) -> dict[str, object]:
    return {"room": room.code, "decision": 1, "option": "A", "justification": "Because.", **changes}


def body_of_commit(room: Room, /, **changes: object) -> dict[str, object]:
    return {"room": room.code, "decision": 1, "option": "A", **changes}


def refusal(response: Any) -> tuple[int, str]:
    body = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert body["status"] == response.status_code
    assert body["detail"].endswith((".", "?"))
    return response.status_code, body["code"]


class TestRefusals:
    """Each by its code, over HTTP, with nothing written."""

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"justification": ""}, (400, "reason_missing")),
            ({"justification": " \n "}, (400, "reason_missing")),
            ({"justification": "x" * 4001}, (400, "reason_too_long")),
            ({"decision": 2}, (409, "decision_not_open")),
            ({"decision": 3}, (404, "decision_unknown")),
            ({"option": "Z"}, (400, "option_unknown")),
            ({"room": ABSENT}, (404, "not_found")),
            ({"room": "\N{SNOWMAN}"}, (404, "not_found")),
            ({"decision": 0}, (400, "invalid")),
            ({"decision": 10**30}, (400, "malformed")),
            ({"decision": 2**40}, (400, "invalid")),
            ({"decision": "1"}, (400, "invalid")),
            ({"decision": True}, (400, "invalid")),
            ({"decision": 1.0}, (400, "invalid")),
            ({"decision": None}, (400, "invalid")),
            ({"option": "AB"}, (400, "invalid")),
            ({"option": ["A"]}, (400, "invalid")),
            ({"option": ""}, (400, "invalid")),
            ({"justification": {"$ne": 1}}, (400, "invalid")),
            ({"justification": "a\0b"}, (400, "malformed")),
            ({"room": "x" * 5000}, (400, "invalid")),
            ({"round": 2}, (409, "decision_not_open")),
            ({"round": 0}, (400, "invalid")),
            ({"round": 3}, (400, "invalid")),
            ({"round": "1"}, (400, "invalid")),
            ({"round": None}, (400, "invalid")),
            ({"by": str(uuid.UUID(int=7))}, (400, "invalid")),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_of_a_vote(self, cast: Cast, room: Room, changes: dict[str, object], expected: tuple[int, str]):
        before = now(room).version
        data = body_of_vote(room, **changes)
        raw = orjson.dumps(data) if changes.get("decision") != 10**30 else b'{"decision": 1' + b"0" * 400 + b"x}"
        response = ApiClient(cast.ben).generic("POST", "/api/vote", raw, content_type="application/json")
        assert refusal(response) == expected
        assert not Vote.objects.exists()
        assert now(room).version == before

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"option": "B"}, (409, "option_not_allowed")),
            ({"option": "Z"}, (400, "option_unknown")),
            ({"decision": 2}, (409, "decision_not_open")),
            ({"decision": 9}, (404, "decision_unknown")),
            ({"room": ABSENT}, (404, "not_found")),
            ({"force": True}, (400, "invalid")),
            ({"tally": {"B": 3}}, (400, "invalid")),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_of_a_commit(self, cast: Cast, room: Room, changes: dict[str, object], expected: tuple[int, str]):
        everyone_votes(cast.team, room, "AAC")
        before = now(room).version
        response = ApiClient(cast.ben).send("POST", "/api/commit", body_of_commit(room, **changes))
        assert refusal(response) == expected
        assert not Commit.objects.exists()
        assert now(room).version == before

    def test_of_a_vote_that_comes_after_the_reveal(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "AAC")
        changed = ApiClient(cast.ben).send("POST", "/api/vote", body_of_vote(room, option="B"))
        assert refusal(changed) == (409, "vote_closed")
        assert not VoteChange.objects.exists()

    def test_of_a_vote_whose_round_has_passed_unless_it_is_the_same(self, clock: Clock, db: None):
        cast = make_cast(decisions=1, rounds=2)
        room = playing_room(cast)
        everyone_votes(cast.team, room, "AAC")
        vote_again(cast.bea, room)
        ben, mine = ApiClient(cast.ben), body_of_vote(room, justification="Ben wants A.", round=1)
        assert refusal(ben.send("POST", "/api/vote", {**mine, "option": "B"})) == (409, "vote_closed")
        repeated = ben.send("POST", "/api/vote", mine)
        assert (repeated.status_code, repeated.json()["round"]) == (200, 1)
        assert not Vote.objects.filter(round=2).exists()

    def test_of_a_commit_that_comes_before_the_reveal(self, cast: Cast, room: Room):
        assert refusal(ApiClient(cast.ben).send("POST", "/api/commit", body_of_commit(room))) == (409, "not_revealed")

    def test_of_a_second_commit_to_another_option(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "ABC")
        commit(cast.ben, room, "A")
        late = ApiClient(cast.bea).send("POST", "/api/commit", body_of_commit(room, option="B"))
        assert refusal(late) == (409, "already_committed")

    def test_of_who_is_not_the_captain(self, cast: Cast):
        room = playing_room_of(cast, rule="captain")
        everyone_votes(cast.team, room, "AAA")
        assert refusal(ApiClient(cast.bob).send("POST", "/api/commit", body_of_commit(room))) == (
            403,
            "not_the_captain",
        )

    def test_of_a_second_round_that_the_quest_has_not(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "ABC")
        asked = ApiClient(cast.ben).send("POST", f"/api/rooms/{room.code}/revote", {"decision": 1})
        assert refusal(asked) == (409, "revote_not_allowed")

    def test_in_a_room_that_has_not_started(self, cast: Cast):
        room = make_room(cast.quest, cast.team)
        client = ApiClient(cast.ben)
        assert refusal(client.send("POST", "/api/vote", body_of_vote(room))) == (409, "room_not_playing")
        assert refusal(client.send("POST", "/api/commit", body_of_commit(room))) == (409, "room_not_playing")

    def test_in_a_room_that_has_ended(self, cast: Cast, room: Room):
        close_room(by=None, room_id=room.pk)
        client = ApiClient(cast.ben)
        assert refusal(client.send("POST", "/api/vote", body_of_vote(room))) == (409, "vote_closed")
        assert refusal(client.send("POST", "/api/commit", body_of_commit(room))) == (409, "room_not_playing")
        assert refusal(client.send("POST", f"/api/rooms/{room.code}/start")) == (409, "room_over")
        assert refusal(client.send("POST", f"/api/rooms/{room.code}/leave")) == (409, "room_over")

    def test_of_starting_alone(self, cast: Cast):
        room = make_room(cast.quest, [cast.ben])
        assert refusal(ApiClient(cast.ben).send("POST", f"/api/rooms/{room.code}/start")) == (409, "team_too_small")


def playing_room_of(cast: Cast, **quest: object) -> Room:
    cast.quest = make_quest(event=cast.event, slug="another", **quest)
    return playing_room(cast)


ROUTES: list[tuple[str, str, Callable[[Room], object]]] = [
    ("GET", "/api/rooms/{code}", lambda room: None),
    ("POST", "/api/rooms/{code}/start", lambda room: None),
    ("POST", "/api/rooms/{code}/leave", lambda room: None),
    ("POST", "/api/rooms/{code}/revote", lambda room: {"decision": 1}),
    ("POST", "/api/vote", body_of_vote),
    ("POST", "/api/commit", body_of_commit),
]


class TestStrangers:
    @pytest.mark.parametrize(("method", "path", "body"), ROUTES, ids=[path for _, path, _ in ROUTES])
    def test_a_room_of_others_is_the_same_404_as_no_room_at_all(
        self, cast: Cast, room: Room, method: str, path: str, body: Callable[[Room], object]
    ):
        cleo = ApiClient(cast.cleo)
        theirs = cleo.send(method, path.format(code=room.code), body(room))
        room.code = ABSENT
        nobodys = cleo.send(method, path.format(code=ABSENT), body(room))
        assert refusal(theirs) == (404, "not_found")
        for answer in (theirs, nobodys):
            answer.problem = {key: value for key, value in answer.json().items() if key != "request_id"}
        assert theirs.problem == nobodys.problem

    @pytest.mark.parametrize(("method", "path", "body"), ROUTES, ids=[path for _, path, _ in ROUTES])
    def test_who_has_not_entered_is_asked_to(self, room: Room, method: str, path: str, body: Callable[[Room], object]):
        answer = ApiClient().send(method, path.format(code=room.code), body(room))
        assert answer.status_code == 401

    @pytest.mark.parametrize("code", ["%00", "a%00b", "%F0%9F%98%80", "x" * 3000, "..%2f..", "lumbek47"])
    def test_a_room_code_of_any_shape_is_just_not_found(self, cast: Cast, code: str):
        ben = ApiClient(cast.ben)
        assert ben.get(f"/api/rooms/{code}").status_code == 404
        assert ben.send("POST", f"/api/rooms/{code}/start").status_code == 404


class TestBadBodies:
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            (b"{", (400, "malformed")),
            (b"[]", (400, "malformed")),
            (b"\xff\xfe", (400, "malformed")),
            (b'{"room": ' + b"[" * 3000 + b"]" * 3000 + b"}", (400, "malformed")),
            (b'{"justification": "' + b"x" * 1_000_000 + b'"}', (413, "body_too_large")),
            (b"", (400, "invalid")),
            (b"{}", (400, "invalid")),
        ],
        ids=["cut short", "a list", "no text", "deep", "a megabyte", "empty", "no fields"],
    )
    @pytest.mark.parametrize("path", ["/api/vote", "/api/commit"])
    def test_have_a_name_each(self, cast: Cast, room: Room, path: str, raw: bytes, expected: tuple[int, str]):
        response = ApiClient(cast.ben).generic("POST", path, raw, content_type="application/json")
        assert refusal(response) == expected
        assert not Vote.objects.exists()

    def test_every_mistake_is_named_by_its_field(self, cast: Cast):
        answer = ApiClient(cast.ben).send("POST", "/api/vote", {"decision": "one", "extra": 1})
        assert set(answer.json()["errors"]) <= {"decision", "extra", "room", "option", "justification"}
        assert "extra" in answer.json()["errors"]

    def test_a_form_is_not_read(self, cast: Cast, room: Room):
        answer = ApiClient(cast.ben).post("/api/vote", body_of_vote(room))
        assert refusal(answer) == (415, "unsupported_media_type")

    def test_a_method_that_is_not_there(self, cast: Cast):
        assert refusal(ApiClient(cast.ben).get("/api/vote")) == (405, "method_not_allowed")


class TestConditionalReading:
    def read(self, cast: Cast, room: Room, etag: str = "") -> Any:
        headers = {"If-None-Match": etag} if etag else {}
        return ApiClient(cast.bea).get(f"/api/rooms/{room.code}", headers=headers)

    def test_an_unchanged_room_answers_304_without_a_body(self, cast: Cast, room: Room):
        etag = self.read(cast, room).headers["ETag"]
        again = self.read(cast, room, etag)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert "private" in again.headers["Cache-Control"]

    def test_any_visible_change_answers_200(self, cast: Cast, room: Room):
        etag = self.read(cast, room).headers["ETag"]
        vote(cast.ben, room)
        changed = self.read(cast, room, etag)
        assert changed.status_code == 200
        assert changed.headers["ETag"] != etag

    def test_the_own_changed_vote_is_a_change_for_oneself_only(self, cast: Cast, room: Room):
        vote(cast.bea, room, "A")
        mine = self.read(cast, room).headers["ETag"]
        others = ApiClient(cast.ben).get(f"/api/rooms/{room.code}").headers["ETag"]
        vote(cast.bea, room, "B")
        assert self.read(cast, room, mine).json()["your_vote"]["option"] == "B"
        again = ApiClient(cast.ben).get(f"/api/rooms/{room.code}", headers={"If-None-Match": others})
        assert again.status_code == 304

    def test_two_members_never_share_one(self, cast: Cast, room: Room):
        etag = self.read(cast, room).headers["ETag"]
        assert ApiClient(cast.ben).get(f"/api/rooms/{room.code}", headers={"If-None-Match": etag}).status_code == 200

    def test_a_passed_deadline_is_applied_before_comparing(self, cast: Cast, room: Room, clock: Clock):
        vote(cast.ben, room)
        vote(cast.bea, room)
        etag = self.read(cast, room).headers["ETag"]
        wait(clock, 300, present=cast.team, room=room)
        fresh = self.read(cast, room, etag)
        assert (fresh.status_code, fresh.json()["phase"]) == (200, "revealed")

    def test_it_holds_no_counter_of_the_database(self, cast: Cast, room: Room):
        Room.objects.filter(pk=room.pk).update(version=1)
        assert self.read(cast, room).headers["ETag"].strip('"').split(".")[0] == room.code


class TestAnswers:
    def test_the_room_says_what_one_may_do(self, cast: Cast):
        room = make_room(cast.quest, cast.team)
        ben = ApiClient(cast.ben)
        may = ben.get(f"/api/rooms/{room.code}").json()["you_may"]
        assert may == {"start": True, "vote": False, "vote_again": False, "commit": []}
        assert ben.send("POST", f"/api/rooms/{room.code}/start").json()["you_may"]["vote"]
        everyone_votes(cast.team, room, "ABC")
        assert ben.get(f"/api/rooms/{room.code}").json()["you_may"]["commit"] == ["A", "B", "C"]

    def test_leaving_answers_nothing_and_closes_the_door(self, cast: Cast, room: Room):
        ben = ApiClient(cast.ben)
        assert ben.send("POST", f"/api/rooms/{room.code}/leave").status_code == 204
        assert ben.send("POST", f"/api/rooms/{room.code}/leave").status_code == 204
        assert ben.get(f"/api/rooms/{room.code}").status_code == 404

    def test_the_second_round_is_opened_over_http(self, cast: Cast):
        room = playing_room_of(cast, rounds=2)
        everyone_votes(cast.team, room, "ABC")
        opened = ApiClient(cast.ben).send("POST", f"/api/rooms/{room.code}/revote", {"decision": 1}).json()
        assert (opened["round"], opened["phase"]) == (2, "voting")

    def test_who_left_shows_as_left(self, cast: Cast, room: Room):
        leave(cast.bob, room)
        members = ApiClient(cast.ben).get(f"/api/rooms/{room.code}").json()["members"]
        assert [member["presence"] for member in members] == ["here", "here", "left"]

    def test_members_are_known_by_seat_and_name_only(self, cast: Cast, room: Room):
        member = ApiClient(cast.ben).get(f"/api/rooms/{room.code}").json()["members"][1]
        assert set(member) == {"seat", "name", "is_you", "voted", "presence", "is_captain", "is_bot"}


class TestIdempotencyKeys:
    def test_the_same_key_twice_is_one_vote_and_one_answer(self, cast: Cast, room: Room):
        ben, headers = ApiClient(cast.ben), {"Idempotency-Key": "k1"}
        first = ben.send("POST", "/api/vote", body_of_vote(room), **headers)
        again = ben.send("POST", "/api/vote", body_of_vote(room), **headers)
        assert (again.status_code, again.content) == (200, first.content)
        assert IdempotencyRecord.objects.count() == 1

    def test_the_same_key_in_the_second_round_does_not_vote_again(self, cast: Cast):
        room = playing_room_of(cast, rounds=2)
        ben, headers = ApiClient(cast.ben), {"Idempotency-Key": "k1"}
        ben.send("POST", "/api/vote", body_of_vote(room), **headers)
        everyone_votes(cast.team[1:], room, "BB")
        vote_again(cast.bea, room)
        ben.send("POST", "/api/vote", body_of_vote(room), **headers)
        assert not Vote.objects.filter(round=2).exists()

    def test_another_body_under_the_same_key_is_refused(self, cast: Cast, room: Room):
        ben, headers = ApiClient(cast.ben), {"Idempotency-Key": "k1"}
        ben.send("POST", "/api/vote", body_of_vote(room), **headers)
        other = ben.send("POST", "/api/vote", body_of_vote(room, option="B"), **headers)
        assert refusal(other) == (422, "idempotency_key_reused")
        assert Vote.objects.get().option.key == "A"
