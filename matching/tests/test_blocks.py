"""Whom somebody does not want in their team: theirs to know, and nobody else's."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.utils import timezone

from echoroom.audit.models import AuditEntry
from echoroom.events.models import Participant
from echoroom.events.services.bots import create_bot
from echoroom.events.services.seats import seat_of
from echoroom.outbox.models import Delivery
from matching.errors import PersonNotFound, ThatIsYou, TooManyBlocks
from matching.models import Block, Party, PartyMember, Ticket
from matching.selectors.blocks import blocks_of, pairs_apart, people_met
from matching.services import blocking
from matching.services.blocking import MOST_BLOCKS
from matching.services.parties import make_party
from matching.services.queueing import join_queue, leave_queue, note_presence
from matching.services.ticking import tick
from matching.tests.factories import make_party_of
from rooms.models import Room
from rooms.tests.factories import make_people, make_quest, make_room
from tests.cast import ApiClient, Cast


def block(person: Participant, other: Participant) -> None:
    blocking.block(by=seat_of(person), participant_id=other.pk)


def unblock(person: Participant, other: Participant) -> None:
    blocking.unblock(by=seat_of(person), participant_id=other.pk)


def names_blocked_by(person: Participant) -> list[str]:
    return [block.blocked.name for block in blocks_of(viewer=seat_of(person))]


class TestBlocking:
    def test_the_latest_stands_first(self, cast: Cast, clock):
        block(cast.ben, cast.bea)
        clock.shift(1)
        block(cast.ben, cast.cleo)
        assert names_blocked_by(cast.ben) == ["Cleo", "Bea"]

    def test_twice_is_the_same_success(self, cast: Cast):
        block(cast.ben, cast.bea)
        block(cast.ben, cast.bea)
        assert Block.objects.count() == 1

    def test_two_people_may_block_each_other(self, cast: Cast):
        block(cast.ben, cast.bea)
        block(cast.bea, cast.ben)
        assert (names_blocked_by(cast.ben), names_blocked_by(cast.bea)) == (["Bea"], ["Ben"])

    def test_nobody_blocks_themselves(self, cast: Cast):
        with pytest.raises(ThatIsYou):
            block(cast.ben, cast.ben)

    def test_the_database_holds_both(self, cast: Cast):
        block(cast.ben, cast.bea)
        for blocked in (cast.bea, cast.ben):
            with pytest.raises(IntegrityError), transaction.atomic():
                Block.objects.create(blocker=cast.ben, blocked=blocked)

    def test_people_of_other_events_do_not_exist(self, cast: Cast):
        stranger = make_people(cast.otto.organised.get().event, 1)[0]
        with pytest.raises(PersonNotFound):
            block(cast.ben, stranger)
        with pytest.raises(PersonNotFound):
            blocking.block(by=seat_of(cast.ben), participant_id=uuid.uuid4())

    @pytest.mark.parametrize("missing", [{"name": ""}, {"consented_at": None}])
    def test_whoever_nobody_can_see_yet_does_not_exist(self, cast: Cast, missing: dict[str, object]):
        Participant.objects.filter(pk=cast.bea.pk).update(**missing)
        with pytest.raises(PersonNotFound):
            block(cast.ben, cast.bea)

    def test_a_practice_bot_cannot_be_blocked(self, cast: Cast):
        Participant.objects.filter(pk=cast.bea.pk).update(is_bot=True)
        with pytest.raises(PersonNotFound):
            block(cast.ben, cast.bea)

    def test_a_full_list_says_so_and_keeps_what_it_holds(self, cast: Cast):
        people = make_people(cast.event, MOST_BLOCKS)
        for person in people:
            block(cast.ben, person)
        with pytest.raises(TooManyBlocks):
            block(cast.ben, cast.bea)
        block(cast.ben, people[0])
        unblock(cast.ben, people[0])
        block(cast.ben, cast.bea)
        assert Block.objects.filter(blocker=cast.ben).count() == MOST_BLOCKS


class TestUnblocking:
    def test_somebody_is_taken_back(self, cast: Cast):
        block(cast.ben, cast.bea)
        block(cast.bea, cast.ben)
        unblock(cast.ben, cast.bea)
        assert (names_blocked_by(cast.ben), names_blocked_by(cast.bea)) == ([], ["Ben"])

    def test_without_a_block_it_is_a_success_too_and_takes_back_no_other(self, cast: Cast):
        block(cast.ben, cast.bob)
        unblock(cast.ben, cast.bea)
        assert names_blocked_by(cast.ben) == ["Bob"]

    def test_nobody_is_not_taken_back(self, cast: Cast):
        with pytest.raises(PersonNotFound):
            blocking.unblock(by=seat_of(cast.ben), participant_id=uuid.uuid4())

    def test_whoever_has_lost_their_name_since_can_be_taken_back(self, cast: Cast):
        block(cast.ben, cast.bea)
        Participant.objects.filter(pk=cast.bea.pk).update(name="")
        unblock(cast.ben, cast.bea)
        assert not Block.objects.exists()


class TestPeopleMet:
    def met(self, person: Participant) -> list[tuple[str, bool]]:
        return [(each.name, each.is_blocked) for each in people_met(viewer=seat_of(person))]

    def test_whoever_shared_a_room_is_offered_the_latest_first(self, cast: Cast, clock):
        make_room(cast.quest, [cast.ben, cast.bea])
        cast.ben.memberships.update(is_playing=False, left_at=timezone.now())
        clock.shift(60)
        make_room(make_quest(event=cast.event, slug="other"), [cast.ben, cast.bob])
        block(cast.ben, cast.bea)
        assert self.met(cast.ben) == [("Bob", False), ("Bea", True)]

    def test_whoever_was_blocked_without_a_room_is_there_too(self, cast: Cast):
        block(cast.ben, cast.cleo)
        assert self.met(cast.ben) == [("Cleo", True)]
        assert self.met(cast.cleo) == []

    def test_bots_are_not_people(self, cast: Cast):
        make_room(cast.quest, [cast.ben, create_bot(by=seat_of(cast.ben), name="Robin")])
        assert self.met(cast.ben) == []


class TestApart:
    def pairs(self, *people: Participant) -> set[tuple[str, str]]:
        names = {person.pk: person.name for person in people}
        parties = dict.fromkeys(names)
        parties.update(PartyMember.objects.present().filter(participant__in=names).values_list("participant", "party"))
        return {(names[one], names[other]) for one, other in pairs_apart(parties=parties)}

    def test_a_block_keeps_two_people_of_the_queue_apart(self, cast: Cast):
        block(cast.ben, cast.bea)
        assert self.pairs(cast.ben, cast.bea, cast.bob) == {("Ben", "Bea")}
        assert self.pairs(cast.ben, cast.bob) == set()

    def test_it_counts_against_other_parties_and_not_within_ones_own(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        block(cast.ben, cast.bea)
        block(cast.bob, cast.ben)
        assert self.pairs(cast.ben, cast.bea, cast.bob) == {("Bob", "Ben")}

    def test_blocks_of_everybody_are_a_pair_each(self, cast: Cast):
        for one in cast.team:
            for other in cast.team:
                if one != other:
                    block(one, other)
        assert len(self.pairs(*cast.team)) == 6


class TestBlocksOfEverybody:
    def test_nobody_is_seated_with_anybody_and_nobody_is_told_why(self, cast: Cast, clock):
        for person in cast.team:
            join_queue(by=seat_of(person), quest_id=cast.quest.pk)
            for other in cast.team:
                if other != person:
                    block(person, other)
        for _ in range(8):
            tick()
            clock.shift(15)
            for person in cast.team:
                note_presence(by=seat_of(person))
        assert not Room.objects.exists()
        # As if another rule had to give way, up to the promise: that it is because of a block is said nowhere.
        assert set(Ticket.objects.values_list("state", "why", "missing")) == {("no_team", "time", 0)}

    def test_somebody_else_who_comes_ends_the_wait_of_one(self, cast: Cast, clock):
        block(cast.ben, cast.bea)
        for person in (cast.ben, cast.bea, cast.cleo):
            join_queue(by=seat_of(person), quest_id=cast.quest.pk)
        for _ in range(8):
            tick()
            clock.shift(15)
            for person in (cast.ben, cast.bea, cast.cleo):
                note_presence(by=seat_of(person))
        teams = [set(room.memberships.values_list("participant__name", flat=True)) for room in Room.objects.all()]
        assert teams in ([{"Ben", "Cleo"}], [{"Bea", "Cleo"}])


class TestNobodyLearnsOfIt:
    def test_it_is_nobodys_news(self, cast: Cast):
        def news() -> tuple[object, ...]:
            versions = set(Participant.objects.values_list("pk", "version"))
            return versions, Delivery.objects.count(), AuditEntry.objects.count()

        before = news()
        block(cast.ben, cast.bea)
        unblock(cast.ben, cast.bea)
        assert news() == before

    def test_no_console_shows_it(self):
        shown = {model for model, _ in admin.site._registry.items()}
        assert Block not in shown
        assert apps.get_model("matching", "Party") in shown

    @pytest.mark.parametrize(
        "path",
        [
            "/api/auth/me",
            "/api/profile",
            "/api/world",
            "/api/matching/status",
            "/api/matching/party",
            "/api/matching/team",
            "/api/matching/blocks",
        ],
    )
    def test_whoever_is_blocked_reads_the_same_bytes_as_before(self, cast: Cast, path: str):
        """In the queue with whoever blocks them, and in a room with them."""
        self.seat_and_queue(cast)
        bea, bob = ApiClient(cast.bea), ApiClient(cast.bob)

        def answers() -> list[bytes]:
            return [client.get(path, headers={"X-Request-ID": "the-same"}).content for client in (bea, bob)]

        before = answers()
        block(cast.ben, cast.bea)
        block(cast.cleo, cast.bob)
        assert answers() == before

    def seat_and_queue(self, cast: Cast) -> None:
        make_room(cast.quest, [cast.ben, cast.bea])
        other = make_quest(event=cast.event, slug="other")
        make_party(by=seat_of(cast.bob))
        for person in (cast.bob, cast.cleo):
            join_queue(by=seat_of(person), quest_id=other.pk)

    def test_a_blocked_person_is_answered_like_anybody_when_they_act(self, cast: Cast):
        block(cast.ben, cast.bea)
        party = make_party(by=seat_of(cast.ben))
        bea, bob = ApiClient(cast.bea), ApiClient(cast.bob)
        answers = [client.send("POST", "/api/matching/party/join", {"code": party.code}) for client in (bea, bob)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert [client.get(f"/api/badges/{cast.ben.pk}").status_code for client in (bea, bob)] == [200, 200]


class TestErasing:
    def test_blocks_and_party_places_go_with_a_person(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        block(cast.ben, cast.bob)
        block(cast.bob, cast.ben)
        cast.ben.delete()
        assert not Block.objects.exists()
        assert [member.participant for member in party.members.all()] == [cast.bea]

    def test_what_happened_to_their_ticket_stays_without_them(self, cast: Cast, clock):
        make_party_of(cast.ben, cast.bea)
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        clock.shift(timedelta(seconds=20))
        leave_queue(by=seat_of(cast.ben))
        cast.ben.delete()
        mine = Ticket.objects.get(participant=None)
        assert (mine.number in {1, 2}, mine.state, mine.group) == (True, "left", "any.2")
        assert mine.ended_at is not None
        assert mine.ended_at - mine.joined_at == timedelta(seconds=20)

    def test_a_place_in_the_queue_is_never_nobodys(self, cast: Cast):
        """Whoever erases a person ends their wait first: a matcher would seat a ghost."""
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            cast.ben.delete()
        assert Ticket.objects.waiting().get().participant == cast.ben

    def test_a_party_that_goes_leaves_its_tickets(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        join_queue(by=seat_of(cast.ben), quest_id=cast.quest.pk)
        Party.objects.filter(pk=party.pk).delete()
        assert Ticket.objects.waiting().filter(party=None).count() == Ticket.objects.count() == 2
