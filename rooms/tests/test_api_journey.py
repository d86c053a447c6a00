from __future__ import annotations

import pytest

from echoroom.outbox.testing import deliver_all
from matching.services.ticking import tick
from rooms.models import DecisionMap
from tests.cast import ApiClient, Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast(decisions=2)


def enter(cast: Cast, name: str) -> ApiClient:
    client = ApiClient()
    seat = client.send("POST", "/api/auth/start", {"link": cast.code.link_token})
    assert seat.status_code == 201, seat.content
    client.defaults["HTTP_AUTHORIZATION"] = f"Seat {seat.json()['token']}"
    changed = client.send("PATCH", "/api/profile", {"name": name, "consent": True})
    assert changed.status_code == 200, changed.content
    return client


def test_three_people_play_from_the_code_to_the_map(cast: Cast, django_capture_on_commit_callbacks) -> None:
    people = [enter(cast, name) for name in ("Ida", "Jo", "Kim")]
    for person in people:
        queued = person.send("POST", "/api/matching/join", {"quest": str(cast.quest.pk)})
        assert queued.status_code == 200, queued.content
    tick()
    code = people[0].get("/api/matching/status").json()["room"]
    assert {person.get("/api/matching/status").json()["room"] for person in people} == {code}
    assert people[0].send("POST", f"/api/rooms/{code}/start").status_code == 200
    for number in (1, 2):
        for person, option in zip(people, "AAB", strict=True):
            vote = {"room": code, "decision": number, "option": option, "justification": f"Because of {option}."}
            cast_vote = person.send("POST", "/api/vote", vote)
            assert cast_vote.status_code == 200, cast_vote.content
        room = people[2].get(f"/api/rooms/{code}").json()
        assert room["phase"] == "revealed"
        assert room["you_may"]["commit"] == ["A"]
        refused = people[0].send("POST", "/api/commit", {"room": code, "decision": number, "option": "B"})
        assert refused.json()["code"] == "option_not_allowed"
        made = people[0].send("POST", "/api/commit", {"room": code, "decision": number, "option": "A"})
        assert made.status_code == 200, made.content
    deliver_all()
    room = people[0].get(f"/api/rooms/{code}").json()
    assert room["state"] == "completed"
    found = people[1].get(f"/api/artifacts/{room['artifact']}").json()
    assert [decision["commit"]["option"] for decision in found["document"]["decisions"]] == ["A", "A"]
    assert found["document"]["decisions"][0]["commit"]["dissent"] == [3]
    assert DecisionMap.objects.count() == 1
