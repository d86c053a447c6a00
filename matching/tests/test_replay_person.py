"""One person of the replay against a server that says what the test wants it to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest

from matching.replay.api import Api, Lanes
from matching.replay.measures import Measures
from matching.replay.person import REASON, Pauses, Person
from matching.replay.scripts import Line, Script
from matching.replay.stage import Stage
from rooms.quest_files.polis import Statement, Tally

ANN, BEN = 1, 2
QUEUED = {"state": "waiting"}
ALONE = {"state": "no_team"}
MATCHED = {"state": "matched", "room": "K7QX"}


class Server:
    """Answers each route with the next of its answers, the last one for ever, and remembers what it was sent."""

    def __init__(self, **answers: list[Any]) -> None:
        usual: dict[str, list[Any]] = {"join": [QUEUED], "vote": [{"option": "A", "revealed": True}]}
        self.answers = usual | answers
        self.sent: list[tuple[str, Any]] = []
        self.hears: Callable[[str], None] = lambda route: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        route = request.url.path.rpartition("/")[2]
        self.sent.append((route, orjson.loads(request.content) if request.content else None))
        self.hears(route)
        left = self.answers[route]
        answer = left.pop(0) if len(left) > 1 else left[0]
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def times(self, route: str) -> int:
        return sum(1 for sent, _ in self.sent if sent == route)

    def body(self, route: str) -> Any:
        return next(body for sent, body in self.sent if sent == route)


@pytest.fixture
def stage() -> Stage:
    statement = Statement(7, "Trams should stop at the market.", Tally(2, 0, 0), 2, 0)
    line = Line(statement=statement, question=statement.text, options={ANN: "A", BEN: "A"})
    script = Script(number=1, slug="statements-01", team_size=3, lines=(line,), people=(ANN, BEN))
    return Stage(script=script, quest_id="a-quest")


async def ann_plays(server: Server, *stages: Stage) -> None:
    lanes = Lanes(url="http://server", concurrency=1, transport=httpx.MockTransport(server))
    ann = Person(ANN, api=Api(lanes, measures=Measures()), pauses=Pauses(first=0.001, longest=0.002))
    for stage in stages:
        await ann.play(stage)
    await lanes.close()


def room(state: str = "in_progress", *, vote: bool = False, commit: str = "", **changes: Any) -> dict[str, Any]:
    return {
        "state": state,
        "decision_number": 1,
        "members": [{"seat": 1, "presence": "here"}, {"seat": 2, "presence": "here"}],
        "your_seat": 1,
        "your_vote": None,
        "you_may": {"start": False, "vote": vote, "commit": list(commit)},
        "artifact": None,
        "close_reason": "",
        **changes,
    }


CLOSED = room("closed", close_reason="organiser")


async def test_who_has_no_team_queues_again_while_somebody_else_is_left(stage):
    server = Server(status=[ALONE, QUEUED, MATCHED], K7QX=[CLOSED])

    await ann_plays(server, stage)

    assert server.times("join") == 2
    assert (stage.single, stage.unplaced, set(stage.rooms)) == (None, {BEN}, {"K7QX"})


async def test_who_has_no_team_and_nobody_left_is_the_true_single(stage):
    server = Server(status=[QUEUED, ALONE, ALONE])
    # Ben finds his team between Ann's two tries.
    server.hears = lambda route: stage.unplaced.discard(BEN) if server.times("join") == 2 else None

    await ann_plays(server, stage)

    assert (server.times("join"), stage.single, stage.without_team) == (2, ANN, {ANN, BEN})


async def test_the_first_seat_starts_the_room_and_only_the_first(stage):
    ready = room("open", you_may={"start": True, "vote": False, "commit": []})
    first = Server(status=[MATCHED], K7QX=[ready, CLOSED], start=[{}])
    second = Server(status=[MATCHED], K7QX=[{**ready, "your_seat": 2}, CLOSED])

    await ann_plays(first, stage)
    await ann_plays(second, stage)

    assert (first.times("start"), second.times("start")) == (1, 0)


async def test_a_vote_is_the_one_of_the_export_and_its_reason_invents_nothing(stage):
    server = Server(status=[MATCHED], K7QX=[room(vote=True), CLOSED])

    await ann_plays(server, stage)

    assert server.body("vote") == {"room": "K7QX", "decision": 1, "option": "A", "justification": REASON}
    assert stage.rooms["K7QX"].votes == {(ANN, 1): "A"}


async def test_a_commit_that_came_too_late_is_no_failure_and_the_room_is_read_afresh(stage):
    late = httpx.Response(409, json={"code": "already_committed", "detail": "Too late."})
    server = Server(status=[MATCHED], K7QX=[room(commit="BC"), CLOSED], commit=[late])

    await ann_plays(server, stage)

    assert server.body("commit") == {"room": "K7QX", "decision": 1, "option": "B"}
    assert (server.times("K7QX"), stage.failed) == (2, {})


async def test_who_is_seated_while_still_in_another_room_plays_on_in_neither(stage):
    gone = httpx.Response(404, json={"code": "not_found", "detail": "There is no such room."})
    server = Server(status=[MATCHED, {"state": "matched", "room": "P3WD"}], K7QX=[gone], P3WD=[CLOSED])
    second = Stage(script=stage.script, quest_id="another-quest")

    await ann_plays(server, stage, second)

    assert second.failed[ANN].endswith("still sits in K7QX and was seated in P3WD")
    assert server.times("P3WD") == 0
    assert second.rooms["P3WD"].people == set()


async def test_a_refusal_that_nothing_explains_is_reported(stage):
    gone = httpx.Response(404, json={"code": "not_found", "detail": "There is no such room."})
    server = Server(status=[MATCHED], K7QX=[gone])

    await ann_plays(server, stage)

    assert "404 not_found" in stage.failed[ANN]
    assert stage.rooms["K7QX"].people == {ANN}


async def test_the_map_is_waited_for_and_read_once(stage):
    ended = room("completed")
    document = {"document": {"room": {"completed_at": "2026-05-01T10:00:00Z"}}, "created_at": "2026-05-01T10:00:01.5Z"}
    server = Server(status=[MATCHED], K7QX=[ended, ended, {**ended, "artifact": "a-map"}], **{"a-map": [document]})

    await ann_plays(server, stage)

    played = stage.rooms["K7QX"]
    assert (played.maps, played.seconds_to_map_on_the_server, server.times("a-map")) == ({"a-map"}, 1.5, 1)
    assert stage.played == {ANN}
    assert played.seconds_to_map is not None
