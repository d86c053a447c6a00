"""Real threads, real commits, PostgreSQL: what people do at once, over HTTP where a route exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from echoroom.events.errors import LinkInvalid
from echoroom.events.models import EventCode, Participant
from echoroom.events.services.seats import make_personal_link, seat_of, take_over
from echoroom.events.tests.factories import EventCodeFactory, EventFactory
from echoroom.outbox.models import Delivery
from echoroom.refusals import Refusal
from echoroom.viewer import ANONYMOUS
from matching.models import Ticket
from matching.services.ticking import tick
from rooms.models import Commit, Membership, Quest, Reveal, Room, Vote, VoteChange
from rooms.services.seating import join_room
from rooms.tests.factories import make_quest
from tests.cast import ApiClient
from tests.races.crowds import begin_all, client_of, crowd, reveal_all, rooms_of
from tests.races.together import outcome, together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quest() -> Quest:
    return make_quest(decisions=2, patience_seconds=30)


def post(client: ApiClient, path: str, body: object = None, **headers: str) -> Callable[[], Any]:
    return lambda: client.send("POST", path, body, **headers)


def vote_body(room: Room, option: str = "A", reason: str = "Because.") -> dict[str, object]:
    return {"room": room.code, "decision": 1, "option": option, "justification": reason}


class TestEntering:
    @pytest.mark.parametrize("way", ["link", "code"])
    def test_200_people_at_a_code_with_ten_uses_left_make_ten_entries(self, way: str):
        code = EventCodeFactory.create(code="CIVIC-24", max_uses=15, uses=5)
        body = {"link": code.link_token} if way == "link" else {"code": "civic-24"}
        answers = together([post(client_at(number), "/api/auth/start", body) for number in range(200)])
        refused = "link_invalid" if way == "link" else "code_invalid"
        assert Counter(map(outcome, answers)) == {"ok": 10, refused: 190}
        assert (EventCode.objects.get().uses, Participant.objects.count()) == (15, 10)

    def test_one_entry_sent_twenty_times_at_once_under_its_key_makes_one_person(self):
        code = EventCodeFactory.create(max_uses=20)
        key = {"Idempotency-Key": "7f0c1c1e-2f0b-4b8f-9d4e-52f4b2f0a6d1"}
        enter = post(client_at(1), "/api/auth/start", {"link": code.link_token}, **key)
        answers = together([enter] * 20)
        assert set(map(outcome, answers)) <= {"ok", "idempotency_in_flight"}
        assert outcome(enter()) == "ok"
        assert len({answer.json()["token"] for answer in (*answers, enter()) if answer.status_code == 201}) == 1
        assert (EventCode.objects.get().uses, Participant.objects.count()) == (1, 1)

    def test_40_wrong_codes_at_once_from_one_address_get_no_more_answers_than_five_in_a_row(self):
        EventCodeFactory.create(code="CIVIC-24")
        guesses = [post(client_at(1), "/api/auth/start", {"code": f"WRONG-{number}"}) for number in range(40)]
        assert Counter(map(outcome, together(guesses))) == {"code_invalid": 5, "rate_limited": 35}
        assert outcome(post(client_at(1), "/api/auth/start", {"code": "CIVIC-24"})()) == "rate_limited"

    def test_two_takeovers_of_one_personal_link_make_one(self):
        for number, person in enumerate(crowd(EventFactory.create(), 10)):
            token = make_personal_link(by=seat_of(person)).rsplit("/", 1)[1]
            taken = together([lambda token=token, address=f"198.51.0.{number}": takes(token, address)] * 4)  # type: ignore[misc]
            assert sorted(taken) == [False, False, False, True]


def client_at(number: int) -> ApiClient:
    """A person with an address of their own."""
    client = client_of()
    client.defaults["REMOTE_ADDR"] = f"198.51.{number // 200}.{number % 200}"
    return client


def takes(token: str, address: str) -> bool:
    try:
        take_over(by=ANONYMOUS, token=token, address=address)
    except LinkInvalid:
        return False
    return True


class TestSeats:
    def test_200_people_joining_rooms_of_three_take_no_seat_too_many(self, quest: Quest):
        people = crowd(quest.event, 230)
        rooms = rooms_of(quest, people[:30], size=1)
        answers = together([lambda person=person: finds_a_seat(person, rooms) for person in people[30:]])  # type: ignore[misc]
        assert Counter(answers) == {True: 60, False: 140}
        assert_nobody_sits_twice(quest)
        assert set(Room.objects.values_list("state", flat=True)) == {"full"}

    def test_one_person_on_twenty_devices_sits_in_one_room(self, quest: Quest):
        *hosts, person = crowd(quest.event, 21)
        rooms = rooms_of(quest, hosts, size=1)
        joins = [lambda room=room: joins_room(person, room) for room in rooms]
        assert Counter(together(joins)) == {True: 1, False: 19}

    def test_200_people_in_a_queue_with_two_matchers_are_all_teamed_once(self, quest: Quest):
        people = crowd(quest.event, 200)
        joins = [post(client_of(person), "/api/matching/join", {"quest": str(quest.pk)}) for person in people]
        answers = together([*joins[:100], tick, tick, *joins[100:], tick, tick])
        assert {outcome(answer) for answer in answers if not isinstance(answer, int)} == {"ok"}
        together([tick, tick])
        Ticket.objects.update(waits_since=timezone.now() - timedelta(seconds=60))
        together([tick, tick])
        assert Counter(Ticket.objects.values_list("state", flat=True)) == {"matched": 200}
        assert Membership.objects.filter(is_playing=True).count() == 200
        assert_nobody_sits_twice(quest)
        sizes = Counter(room.memberships.count() for room in Room.objects.all())
        assert sizes == {3: 66, 2: 1}

    def test_a_start_against_a_leave_never_starts_a_team_that_is_too_small(self, quest: Quest):
        people = crowd(quest.event, 60)
        rooms = rooms_of(quest, people, size=2)
        jobs = []
        for number, room in enumerate(rooms):
            starter, leaver = (client_of(person) for person in people[2 * number : 2 * number + 2])
            jobs += [post(starter, f"/api/rooms/{room.code}/start"), post(leaver, f"/api/rooms/{room.code}/leave")]
        answers = list(map(outcome, together(jobs)))
        assert set(answers[1::2]) == {"ok"}
        for room, started in zip(rooms, answers[::2], strict=True):
            room.refresh_from_db()
            left = room.memberships.get(seat=2).left_at
            assert left is not None
            if started == "ok":
                assert room.started_at is not None
                assert room.started_at < left
            else:
                assert (started, room.state) == ("team_too_small", "open")


def finds_a_seat(person: Participant, rooms: list[Room]) -> bool:
    return any(joins_room(person, room) for room in rooms)


def joins_room(person: Participant, room: Room) -> bool:
    try:
        join_room(by=None, room_id=room.pk, participant_id=person.pk)
    except Refusal:
        return False
    return True


def assert_nobody_sits_twice(quest: Quest) -> None:
    seats = list(Membership.objects.filter(left_at=None).values_list("room_id", "seat"))
    assert len(seats) == len(set(seats))
    assert all(seat <= 3 for _, seat in seats)
    people = list(Membership.objects.filter(is_playing=True).values_list("participant_id", flat=True))
    assert len(people) == len(set(people))


class TestVoting:
    def test_fifty_votes_for_one_seat_at_once_make_one(self, quest: Quest):
        people = crowd(quest.event, 3)
        (room,) = rooms_of(quest, people, size=3)
        begin_all([room])
        client = client_of(people[0])
        answers = together([post(client, "/api/vote", vote_body(room)) for _ in range(50)])
        assert Counter(map(outcome, answers)) == {"ok": 50}
        assert len({answer.content for answer in answers}) == 1
        assert (Vote.objects.count(), VoteChange.objects.count()) == (1, 0)

    def test_fifty_different_votes_for_one_seat_are_one_vote_with_its_history(self, quest: Quest):
        people = crowd(quest.event, 3)
        (room,) = rooms_of(quest, people, size=3)
        begin_all([room])
        client = client_of(people[0])
        answers = together([post(client, "/api/vote", vote_body(room, "AB"[n % 2], f"Reason {n}.")) for n in range(50)])
        assert Counter(map(outcome, answers)) == {"ok": 50}
        assert (Vote.objects.count(), VoteChange.objects.count()) == (1, 49)
        said = {*VoteChange.objects.values_list("justification", flat=True), Vote.objects.get().justification}
        assert len(said) == 50

    def test_everybodys_votes_at_once_reveal_once(self, quest: Quest):
        people = crowd(quest.event, 90)
        rooms = rooms_of(quest, people, size=3)
        begin_all(rooms)
        jobs = [post(client_of(person), "/api/vote", vote_body(rooms[n // 3])) for n, person in enumerate(people)]
        assert Counter(map(outcome, together(jobs))) == {"ok": 90}
        assert (Reveal.objects.count(), Vote.objects.count()) == (30, 90)
        assert set(Reveal.objects.values_list("votes", flat=True)) == {3}

    def test_one_idempotency_key_twice_at_once_is_one_vote(self, quest: Quest):
        people = crowd(quest.event, 30)
        rooms = rooms_of(quest, people, size=3)
        begin_all(rooms)
        for room in rooms:
            client = client_of(Participant.objects.get(memberships__room=room, memberships__seat=1))
            twice = [post(client, "/api/vote", vote_body(room), **{"Idempotency-Key": "one"})] * 2
            answers = together(twice)
            assert set(map(outcome, answers)) <= {"ok", "idempotency_in_flight"}
            assert "ok" in map(outcome, answers)
            assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
            assert Vote.objects.filter(room=room).count() == 1


class TestCommitting:
    def test_twenty_commits_at_once_in_each_of_a_hundred_rooms_make_one_each(self, quest: Quest):
        people = crowd(quest.event, 300)
        rooms = rooms_of(quest, people, size=3)
        reveal_all(rooms, "ABC")
        clients = [client_of(person) for person in people]
        jobs = []
        for turn in range(20):
            # Neighbours in this list start together: the twenty of a room, by all three members, for all options.
            for number, room in enumerate(rooms):
                body = {"room": room.code, "decision": 1, "option": "ABC"[turn % 3]}
                jobs.append((number, post(clients[3 * number + turn % 3], "/api/commit", body)))
        jobs.sort(key=lambda job: job[0])
        answers = together([job for _, job in jobs])
        assert Commit.objects.count() == 100
        assert set(Room.objects.values_list("decision_number", "phase")) == {(2, "voting")}
        for number, room in enumerate(rooms):
            mine = answers[20 * number : 20 * number + 20]
            chosen = Commit.objects.get(room=room).option.key
            assert set(map(outcome, mine)) == {"ok", "already_committed"}
            made = [answer.json() for answer in mine if answer.status_code == 200]
            assert {answer["option"] for answer in made} == {chosen}
            assert len(made) == sum(1 for turn in range(20) if "ABC"[turn % 3] == chosen)

    def test_the_last_commit_at_once_completes_a_room_once(self):
        quest = make_quest(decisions=1)
        people = crowd(quest.event, 60)
        rooms = rooms_of(quest, people, size=3)
        reveal_all(rooms, "AAB")
        jobs = []
        for number, person in enumerate(people):
            body = {"room": rooms[number // 3].code, "decision": 1, "option": "A"}
            jobs.append(post(client_of(person), "/api/commit", body))
        assert Counter(map(outcome, together(jobs))) == {"ok": 60}
        made = Delivery.objects.filter(receiver__endswith="make_map_of_completed_room")
        assert (Commit.objects.count(), made.count()) == (20, 20)
