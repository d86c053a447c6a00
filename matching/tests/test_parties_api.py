"""Parties and blocks as API clients see them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from matching.models import MOST_MEMBERS, Block, PartyMember, Ticket
from matching.services.blocking import MOST_BLOCKS, block
from matching.services.parties import make_party
from matching.services.queueing import join_queue
from matching.tests.factories import make_party_of
from rooms.tests.factories import make_people
from tests.cast import ApiClient, Cast
from tests.queries import keeps_its_promise

NOBODY = {
    "code": None,
    "members": None,
    "most": MOST_MEMBERS,
    "waiting": None,
    "quest_id": None,
    "quest_title": None,
}


def asked(person: Participant, method: str, path: str, body: object = None) -> Any:
    return ApiClient(person).send(method, f"/api/matching/{path}", body)


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestParty:
    def test_whoever_is_in_none_reads_nulls(self, cast: Cast):
        answer = asked(cast.ben, "GET", "party")
        assert (answer.status_code, answer.json()) == (200, NOBODY)

    def test_making_joining_queueing_and_leaving(self, cast: Cast):
        made = asked(cast.ben, "POST", "party").json()
        mine = [{"participant": str(cast.ben.pk), "name": "Ben", "is_you": True}]
        assert made == {**NOBODY, "code": made["code"], "members": mine, "waiting": False}

        joined = asked(cast.bea, "POST", "party/join", {"code": made["code"].lower()})
        assert [(mate["name"], mate["is_you"]) for mate in joined.json()["members"]] == [("Ben", False), ("Bea", True)]

        queued = asked(cast.ben, "POST", "join", {"quest": str(cast.quest.pk), "party": made["code"]})
        assert (queued.json()["state"], queued.json()["party"]) == ("waiting", made["code"])
        waiting = asked(cast.bea, "GET", "party").json()
        assert (waiting["waiting"], waiting["quest_id"]) == (True, str(cast.quest.pk))
        assert waiting["quest_title"] == cast.quest.title
        assert asked(cast.bea, "GET", "status").json()["state"] == "waiting"

        assert asked(cast.bea, "POST", "party/leave").json() == NOBODY
        assert asked(cast.bea, "GET", "status").json()["state"] == "left"
        assert asked(cast.ben, "GET", "status").json()["state"] == "waiting"

    def test_repeated_requests_are_the_same_success(self, cast: Cast):
        first, second = (asked(cast.ben, "POST", "party").json() for _ in range(2))
        assert first == second
        joined = [asked(cast.bea, "POST", "party/join", {"code": first["code"]}).json() for _ in range(2)]
        assert joined[0] == joined[1]
        assert [asked(cast.bea, "POST", "party/leave").json() for _ in range(2)] == [NOBODY, NOBODY]

    def test_each_refusal_has_its_code(self, cast: Cast):
        bea = make_party(by=seat_of(cast.bea))
        assert refused(asked(cast.ben, "POST", "party/join", {"code": "NOPE"})) == (404, "party_not_found")
        own = asked(cast.ben, "POST", "party").json()["code"]
        assert refused(asked(cast.ben, "POST", "party/join", {"code": bea.code})) == (409, "in_another_party")
        asked(cast.ben, "POST", "party/leave")
        assert refused(asked(cast.cleo, "POST", "party/join", {"code": own})) == (409, "party_dissolved")
        body = {"quest": str(cast.quest.pk), "party": bea.code}
        assert refused(asked(cast.ben, "POST", "join", body)) == (404, "party_not_found")
        join_queue(by=seat_of(cast.bea), quest_id=cast.quest.pk)
        assert refused(asked(cast.ben, "POST", "party/join", {"code": bea.code})) == (409, "party_waits")
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        assert refused(asked(cast.ben, "POST", "party")) == (409, "waits_alone")
        assert refused(asked(cast.ben, "POST", "party/join", {"code": bea.code})) == (409, "waits_alone")

    def test_a_party_that_does_not_fit_is_told_why(self, cast: Cast):
        make_party_of(*cast.team)
        answer = asked(cast.ben, "POST", "join", {"quest": str(cast.quest.pk)})
        assert refused(answer) == (409, "party_too_large")
        assert "parties of 2 at most" in answer.json()["detail"]
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize("body", [{}, {"code": None}, {"code": ""}, {"code": "x" * 21}, {"code": ["A"]}, [], "A"])
    def test_bad_input_has_a_code(self, cast: Cast, body: object):
        answer = asked(cast.ben, "POST", "party/join", body)
        assert answer.status_code == 400
        assert answer.json()["code"] in {"invalid", "malformed"}
        assert not PartyMember.objects.exists()

    def test_guessing_at_codes_is_stopped(self, cast: Cast):
        ben = ApiClient(cast.ben)
        answers = [ben.send("POST", "/api/matching/party/join", {"code": f"GUESS{n}"}) for n in range(21)]
        assert [answer.status_code for answer in answers[:20]] == [404] * 20
        assert refused(answers[20]) == (429, "rate_limited")
        assert int(answers[20].headers["Retry-After"]) > 0

    def test_a_profile_tells_its_party_no_more_than_its_name(self, cast: Cast):
        Participant.objects.filter(pk=cast.ben.pk).update(gender="a secret", gender_category="man", country="DE")
        make_party_of(cast.ben, cast.bea)
        said = asked(cast.bea, "GET", "party").content
        assert b"secret" not in said
        assert b"man" not in said


class TestBlocks:
    def test_blocking_listing_and_taking_back(self, cast: Cast):
        assert asked(cast.ben, "GET", "blocks").json() == {"blocks": [], "most": MOST_BLOCKS}
        person = str(cast.bea.pk)
        blocked = asked(cast.ben, "POST", "blocks", {"person": person}).json()
        assert [(each["person"], each["name"]) for each in blocked["blocks"]] == [(person, "Bea")]
        assert asked(cast.ben, "GET", "blocks").json() == blocked
        assert asked(cast.ben, "DELETE", f"blocks/{person}").status_code == 204
        assert asked(cast.ben, "DELETE", f"blocks/{person}").status_code == 204
        assert not Block.objects.exists()

    def test_nobody_reads_or_ends_the_blocks_of_others(self, cast: Cast):
        block(by=seat_of(cast.ben), participant_id=cast.bea.pk)
        for person in (cast.bea, cast.bob):
            assert asked(person, "GET", "blocks").json()["blocks"] == []
            assert asked(person, "DELETE", f"blocks/{cast.bea.pk}").status_code == 204
        assert Block.objects.count() == 1

    def test_each_refusal_has_its_code(self, cast: Cast):
        assert refused(asked(cast.ben, "POST", "blocks", {"person": str(cast.ben.pk)})) == (409, "that_is_you")
        for nobody in (uuid.uuid4(), make_people(cast.otto.organised.get().event, 1)[0].pk):
            assert refused(asked(cast.ben, "POST", "blocks", {"person": str(nobody)})) == (404, "person_not_found")
            assert refused(asked(cast.ben, "DELETE", f"blocks/{nobody}")) == (404, "person_not_found")
        Block.objects.bulk_create(
            Block(blocker=cast.ben, blocked=person) for person in make_people(cast.event, MOST_BLOCKS)
        )
        assert refused(asked(cast.ben, "POST", "blocks", {"person": str(cast.bea.pk)})) == (409, "too_many_blocks")

    @pytest.mark.parametrize("body", [{}, {"person": None}, {"person": "Bea"}, {"person": 7}, []])
    def test_bad_input_has_a_code(self, cast: Cast, body: object):
        answer = asked(cast.ben, "POST", "blocks", body)
        assert answer.status_code == 400
        assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "party"),
        ("POST", "party"),
        ("POST", "party/join"),
        ("POST", "party/leave"),
        ("GET", "blocks"),
        ("POST", "blocks"),
        ("DELETE", "blocks/5f0c6b1e-0000-4000-8000-000000000000"),
    ],
)
def test_only_for_who_has_entered(db: None, method: str, path: str):
    assert ApiClient().send(method, f"/api/matching/{path}", {}).status_code == 401


class TestStatements:
    """However many are in the party, and however long the list is."""

    @pytest.fixture(params=[2, MOST_MEMBERS], ids=["two", "full"])
    def ben(self, request: pytest.FixtureRequest, cast: Cast) -> ApiClient:
        make_party_of(cast.ben, *make_people(cast.event, request.param - 1))
        for person in make_people(cast.event, 10 * request.param):
            block(by=seat_of(cast.ben), participant_id=person.pk)
        return warm(cast.ben)

    def test_reading(self, ben: ApiClient):
        promise("GET", "party", 1, ben)
        promise("GET", "blocks", 1, ben)

    def test_blocking_and_taking_back(self, cast: Cast, ben: ApiClient):
        # A savepoint and its end, the person, one's own row, whether and how many, the block; and the list again.
        promise("POST", "blocks", 8, ben, {"person": str(cast.bea.pk)})
        promise("DELETE", f"blocks/{cast.bea.pk}", 4, ben)

    def test_leaving(self, ben: ApiClient):
        promise("POST", "party/leave", 14, ben)

    @pytest.mark.parametrize("size", [1, MOST_MEMBERS - 1])
    def test_making_and_joining(self, cast: Cast, size: int):
        host = make_party_of(*make_people(cast.event, size))
        promise("POST", "party/join", 13, warm(cast.bea), {"code": host.code})
        promise("POST", "party", 13, warm(cast.bob))


def warm(person: Participant) -> ApiClient:
    client = ApiClient(person)
    client.get("/api/auth/me")
    return client


def promise(method: str, path: str, statements: int, client: ApiClient, body: object = None) -> None:
    def ask() -> None:
        assert client.send(method, f"/api/matching/{path}", body).status_code < 400

    keeps_its_promise(f"{method} /api/matching/{path}", statements, ask)
