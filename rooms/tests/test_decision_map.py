from __future__ import annotations

import orjson
import pytest
import time_machine

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from echoroom.outbox.testing import deliver_all
from rooms.domain_events import RoomCompleted
from rooms.errors import MapNotFound
from rooms.models import DecisionMap, Membership, Room
from rooms.receivers import make_map_of_completed_room
from rooms.selectors.decision_maps import canonical_bytes, digest_of, document_of
from rooms.selectors.maps import map_for
from rooms.services.decision_maps import make_decision_map
from rooms.tests.factories import make_quest, make_room
from rooms.tests.moves import (
    commit,
    everyone_votes,
    join,
    leave,
    look,
    now,
    playing_room,
    seat,
    start,
    vote,
    vote_again,
    wait,
)
from tests.cast import ApiClient, Cast, make_cast

Clock = time_machine.Traveller
HOSTILE = "<script>alert(1)</script> \u202e & \"quoted\" \\ 'single' {{ 7*7 }} 😀"


@pytest.fixture
def cast(db: None, clock: Clock) -> Cast:
    return make_cast(decisions=2, rounds=2)


def played_room(cast: Cast) -> Room:
    """First decision: B after a second round in which Bea gave in. Second: Bob leaves, a tie, Bea settles it."""
    room = playing_room(cast)
    everyone_votes(cast.team, room, "BAB")
    vote_again(cast.ben, room)
    everyone_votes(cast.team, room, "BBA")
    commit(cast.ben, room, "B")
    vote(cast.bob, room, "C", "I have to go.")
    leave(cast.bob, room)
    vote(cast.ben, room, "A", "Ben stays with A.")
    vote(cast.bea, room, "B", "Bea stays with B.")
    commit(cast.bea, room, "B")
    return now(room)


def map_of(room: Room) -> DecisionMap:
    deliver_all()
    return DecisionMap.objects.get(room=room)


class TestTheDocument:
    def test_it_holds_both_rounds_and_every_reason(self, cast: Cast):
        first = map_of(played_room(cast)).document["decisions"][0]
        assert [shown["round"] for shown in first["rounds"]] == [1, 2]
        assert [shown["tally"] for shown in first["rounds"]] == [{"A": 1, "B": 2, "C": 0}] * 2
        reasons = [vote["justification"] for shown in first["rounds"] for vote in shown["votes"]]
        assert reasons == [
            "Ben wants B.", "Bea wants A.", "Bob wants B.",
            "Ben wants B.", "Bea wants B.", "Bob wants A.",
        ]  # fmt: skip

    def test_it_says_who_shifted_between_the_rounds(self, cast: Cast):
        first = map_of(played_room(cast)).document["decisions"][0]
        assert first["shifts"] == [{"place": 2, "from": "A", "to": "B"}, {"place": 3, "from": "B", "to": "A"}]

    def test_who_voted_in_one_round_only_did_not_shift(self, cast: Cast, clock: Clock):
        room = playing_room(cast)
        vote(cast.ben, room, "A")
        vote(cast.bea, room, "A")
        wait(clock, 300, present=cast.team, room=room)
        vote_again(cast.ben, room)
        everyone_votes(cast.team, room, "BAC")
        commit(cast.ben, room, "B")
        assert document_of(room.pk)["decisions"][0]["shifts"] == [{"place": 1, "from": "A", "to": "B"}]

    def test_it_holds_the_commit_with_its_author_its_tally_and_the_dissent(self, cast: Cast):
        room = played_room(cast)
        first, second = map_of(room).document["decisions"]
        assert first["commit"]["dissent"] == [3]
        made = second["commit"]
        assert (made["option"], made["author"], made["round"]) == ("B", 2, 1)
        assert (made["tally"], made["was_tie"], made["dissent"]) == ({"A": 1, "B": 1, "C": 1}, True, [1, 3])
        assert made["committed_at"] == "2026-05-04T12:00:00Z"

    def test_it_keeps_who_left_early_with_their_vote(self, cast: Cast):
        document = map_of(played_room(cast)).document
        assert document["members"] == [
            {"place": 1, "name": "Ben", "is_bot": False, "left_early": False},
            {"place": 2, "name": "Bea", "is_bot": False, "left_early": False},
            {"place": 3, "name": "Bob", "is_bot": False, "left_early": True},
        ]
        assert "I have to go." in orjson.dumps(document).decode()

    def test_it_says_what_was_asked_and_why_votes_were_shown(self, cast: Cast, clock: Clock):
        cast.quest = make_quest(event=cast.event, decisions=1, slug="timed")
        room = playing_room(cast)
        vote(cast.ben, room, "A")
        vote(cast.bea, room, "A")
        wait(clock, 300, present=cast.team, room=room)
        commit(cast.ben, room, "A")
        decision = map_of(room).document["decisions"][0]
        assert (decision["question"], decision["options"][1]["title"]) == ("What now, number 1?", "Way B")
        shown = decision["rounds"][0]
        assert (shown["reason"], shown["seats"], len(shown["votes"])) == ("deadline", 3, 2)

    def test_who_left_the_lobby_before_the_start_is_no_part_of_it(self, cast: Cast, clock: Clock):
        room = make_room(cast.quest, [cast.ben, cast.cleo, cast.bea])
        leave(cast.cleo, room)
        clock.shift(1)
        join(cast.bob, room)
        start(cast.ben, room)
        for _ in range(2):
            everyone_votes([cast.ben, cast.bea, cast.bob], room, "AAA")
            commit(cast.bob, room)
        document = map_of(room).document
        assert [member["name"] for member in document["members"]] == ["Ben", "Bob", "Bea"]
        assert document["decisions"][0]["commit"]["author"] == 2

    def test_a_clock_that_was_set_back_loses_nobody_who_voted(self, cast: Cast):
        room = played_room(cast)
        Membership.objects.filter(pk=seat(cast.bob, room).pk).update(left_at=room.created_at)
        assert len(map_of(room).document["members"]) == 3

    def test_the_texts_of_people_stay_texts(self, cast: Cast):
        Participant.objects.filter(pk=cast.ben.pk).update(name=HOSTILE[:80])
        room = playing_room(cast)
        for _ in range(2):
            for person in cast.team:
                vote(person, room, "A", HOSTILE)
            commit(cast.ben, room)
        document = map_of(room).document
        assert document["members"][0]["name"] == HOSTILE[:80]
        assert document["decisions"][0]["rounds"][0]["votes"][0]["justification"] == HOSTILE


class TestMadeOnce:
    def test_a_completed_room_has_exactly_one(self, cast: Cast):
        room = played_room(cast)
        deliver_all()
        make_map_of_completed_room(RoomCompleted(room_id=room.pk))
        assert make_decision_map(room_id=room.pk) == DecisionMap.objects.get()
        assert AuditEntry.objects.filter(action="map.made").count() == 1

    def test_the_team_is_told_when_it_is_there(self, cast: Cast):
        room = played_room(cast)
        before = room.version
        made = map_of(room)
        assert now(room).version > before
        assert look(cast.ben, room).map_id == made.pk

    def test_a_room_that_is_not_completed_has_none(self, cast: Cast):
        room = playing_room(cast)
        assert make_decision_map(room_id=room.pk) is None
        assert not DecisionMap.objects.exists()


class TestItsDigest:
    def test_it_is_of_the_canonical_bytes_as_they_come_back_from_the_database(self, cast: Cast):
        made = map_of(played_room(cast))
        assert made.digest == digest_of(DecisionMap.objects.get().document)
        assert len(made.digest) == 64

    def test_the_order_of_keys_changes_nothing(self):
        assert (
            canonical_bytes({"b": [1, {"d": "ü", "c": None}], "a": 2}) == '{"a":2,"b":[1,{"c":null,"d":"ü"}]}'.encode()
        )
        assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})

    def test_one_letter_changes_it(self):
        assert digest_of({"a": "x"}) != digest_of({"a": "y"})

    def test_the_same_room_gives_the_same_document(self, cast: Cast):
        room = played_room(cast)
        assert canonical_bytes(document_of(room.pk)) == canonical_bytes(document_of(room.pk))


class TestWhoReadsIt:
    def test_everybody_who_played_even_if_they_left(self, cast: Cast):
        made = map_of(played_room(cast))
        for person in cast.team:
            assert map_for(viewer=seat_of(person), pk=made.pk) == made

    def test_for_a_stranger_it_does_not_exist(self, cast: Cast):
        made = map_of(played_room(cast))
        with pytest.raises(MapNotFound):
            map_for(viewer=seat_of(cast.cleo), pk=made.pk)

    def test_nor_for_who_left_the_lobby_before_the_team_played(self, cast: Cast, clock: Clock):
        room = make_room(cast.quest, [*cast.team[:2], cast.cleo])
        leave(cast.cleo, room)
        clock.shift(1)
        start(cast.ben, room)
        for _ in range(2):
            everyone_votes(cast.team[:2], room, "AA")
            commit(cast.ben, room)
        made = map_of(room)
        with pytest.raises(MapNotFound):
            map_for(viewer=seat_of(cast.cleo), pk=made.pk)

    def test_the_api_gives_the_document_and_its_digest(self, cast: Cast):
        made = map_of(played_room(cast))
        found = ApiClient(cast.bea).get(f"/api/artifacts/{made.pk}").json()
        assert (found["digest"], found["document"]) == (made.digest, made.document)
