"""Making a party, coming into one and leaving it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from echoroom.events.errors import ProfileIncomplete
from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from matching.errors import InAnotherParty, PartyDissolved, PartyFull, PartyNotFound, PartyWaits, WaitsAlone
from matching.models import MOST_MEMBERS, Party, PartyMember, Ticket
from matching.selectors.company import party_of
from matching.services.blocking import block
from matching.services.parties import join_party, leave_party, make_party
from matching.services.queueing import join_queue
from matching.tests.factories import make_party_of
from rooms.tests.factories import make_people, make_quest
from tests.cast import Cast


def make(person: Participant) -> Party:
    return make_party(by=seat_of(person))


def join(person: Participant, party: Party) -> Party:
    return join_party(by=seat_of(person), code=party.code)


def leave(person: Participant) -> None:
    leave_party(by=seat_of(person))


def queue(person: Participant, cast: Cast) -> Ticket:
    return join_queue(by=seat_of(person), quest_id=cast.quest.pk)


def names_in_party_of(person: Participant) -> list[str] | None:
    found = party_of(viewer=seat_of(person))
    return [mate.name for mate in found.mates] if found else None


def news_of(person: Participant) -> int:
    return Participant.objects.values_list("version", flat=True).get(pk=person.pk)


class TestMaking:
    def test_whoever_makes_a_party_is_in_it_alone(self, cast: Cast):
        make(cast.ben)
        assert names_in_party_of(cast.ben) == ["Ben"]
        assert names_in_party_of(cast.bea) is None

    def test_making_one_twice_gives_the_same_one(self, cast: Cast):
        assert make(cast.ben) == make(cast.ben)
        assert Party.objects.count() == PartyMember.objects.count() == 1

    def test_whoever_waits_alone_leaves_the_queue_first(self, cast: Cast):
        queue(cast.ben, cast)
        with pytest.raises(WaitsAlone):
            make(cast.ben)
        assert not Party.objects.exists()

    @pytest.mark.parametrize("missing", [{"name": ""}, {"consented_at": None}])
    def test_a_profile_comes_first(self, cast: Cast, missing: dict[str, object]):
        Participant.objects.filter(pk=cast.ben.pk).update(**missing)
        with pytest.raises(ProfileIncomplete):
            make(cast.ben)

    def test_a_code_that_another_party_has_is_drawn_again(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        taken = make(cast.ben).code
        codes = iter([taken, taken, "FRESH"])
        monkeypatch.setattr(Party._meta.get_field("code"), "_get_default", lambda: next(codes))
        assert make(cast.bea).code == "FRESH"


class TestJoining:
    def test_a_code_brings_others_in_and_all_are_told(self, cast: Cast):
        party = make(cast.ben)
        before = news_of(cast.ben), news_of(cast.bea)
        join(cast.bea, party)
        assert names_in_party_of(cast.ben) == names_in_party_of(cast.bea) == ["Ben", "Bea"]
        assert (news_of(cast.ben), news_of(cast.bea)) == (before[0] + 1, before[1] + 1)

    def test_coming_twice_is_the_same_success(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        before = news_of(cast.ben)
        assert join(cast.bea, party) == party
        assert names_in_party_of(cast.ben) == ["Ben", "Bea"]
        assert news_of(cast.ben) == before

    def test_a_code_is_read_as_people_type_it(self, cast: Cast):
        code = make(cast.ben).code
        typed = f" {code[:3].lower()}-{code[3:].lower()} "
        join_party(by=seat_of(cast.bea), code=typed)
        assert names_in_party_of(cast.bea) == ["Ben", "Bea"]

    @pytest.mark.parametrize("code", ["NOPE", "", "--", "1" * 20])
    def test_a_code_that_nobody_has_opens_nothing(self, cast: Cast, code: str):
        with pytest.raises(PartyNotFound):
            join_party(by=seat_of(cast.ben), code=code)

    def test_the_party_of_another_event_does_not_exist(self, cast: Cast):
        party = make(make_people(cast.otto.organised.get().event, 1)[0])
        with pytest.raises(PartyNotFound):
            join(cast.ben, party)

    def test_a_dissolved_party_stays_dissolved(self, cast: Cast):
        party = make(cast.ben)
        leave(cast.ben)
        for person in (cast.ben, cast.bea):
            with pytest.raises(PartyDissolved):
                join(person, party)

    def test_a_full_party_takes_nobody_more(self, cast: Cast):
        people = make_people(cast.event, MOST_MEMBERS)
        party = make_party_of(*people)
        with pytest.raises(PartyFull):
            join(cast.ben, party)
        # Who is in it already is in it.
        assert join(people[-1], party) == party

    def test_nobody_is_in_two_parties(self, cast: Cast):
        party = make(cast.bea)
        make(cast.ben)
        with pytest.raises(InAnotherParty):
            join(cast.ben, party)
        assert names_in_party_of(cast.ben) == ["Ben"]

    def test_the_database_holds_nobody_in_two_parties(self, cast: Cast):
        party = make(cast.bea)
        make(cast.ben)
        with pytest.raises(IntegrityError, match="participant"), transaction.atomic():
            PartyMember.objects.create(party=party, participant=cast.ben)

    def test_whoever_waits_alone_leaves_the_queue_first(self, cast: Cast):
        party = make(cast.bea)
        queue(cast.ben, cast)
        with pytest.raises(WaitsAlone):
            join(cast.ben, party)

    def test_nobody_comes_into_a_party_that_waits(self, cast: Cast):
        party = make(cast.bea)
        queue(cast.bea, cast)
        with pytest.raises(PartyWaits):
            join(cast.ben, party)

    def test_a_profile_comes_first(self, cast: Cast):
        party = make(cast.bea)
        Participant.objects.filter(pk=cast.ben.pk).update(name="")
        with pytest.raises(ProfileIncomplete):
            join(cast.ben, party)

    def test_a_block_keeps_nobody_out_of_a_party(self, cast: Cast):
        """A refusal would tell them."""
        block(by=seat_of(cast.ben), participant_id=cast.bea.pk)
        join(cast.bea, make(cast.ben))
        assert names_in_party_of(cast.ben) == ["Ben", "Bea"]


class TestLeaving:
    def test_the_others_stay_and_all_are_told(self, cast: Cast):
        make_party_of(cast.ben, cast.bea, cast.bob)
        before = [news_of(person) for person in cast.team]
        leave(cast.ben)
        assert names_in_party_of(cast.ben) is None
        assert names_in_party_of(cast.bea) == ["Bea", "Bob"]
        assert [news_of(person) for person in cast.team] == [version + 1 for version in before]

    def test_leaving_without_a_party_is_a_success_too(self, cast: Cast):
        leave(cast.ben)
        make_party_of(cast.ben, cast.bea)
        leave(cast.ben)
        leave(cast.ben)
        assert names_in_party_of(cast.bea) == ["Bea"]

    def test_the_last_one_dissolves_it(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        leave(cast.ben)
        party.refresh_from_db()
        assert party.dissolved_at is None
        leave(cast.bea)
        party.refresh_from_db()
        assert party.dissolved_at is not None

    def test_whoever_left_may_come_back_and_is_the_last_in_the_list(self, cast: Cast, clock):
        party = make_party_of(cast.ben, cast.bea)
        leave(cast.ben)
        clock.shift(1)
        join(cast.ben, party)
        assert names_in_party_of(cast.bea) == ["Bea", "Ben"]

    def test_whoever_leaves_a_waiting_party_gives_up_their_own_place_only(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast.ben, cast)
        leave(cast.ben)
        assert Ticket.objects.get(participant=cast.ben).state == "left"
        assert Ticket.objects.get(participant=cast.bea).state == "waiting"

    def test_the_others_wait_on_as_a_smaller_party(self, cast: Cast):
        Participant.objects.filter(pk=cast.ben.pk).update(languages=["en"])
        Participant.objects.exclude(pk=cast.ben.pk).update(languages=["de", "en"])
        make_party_of(cast.ben, cast.bea, cast.bob)
        larger = make_quest(event=cast.event, slug="larger", team_size=4, team_max=4)
        join_queue(by=seat_of(cast.ben), quest_id=larger.pk)
        assert set(Ticket.objects.waiting().values_list("group", flat=True)) == {"en.3"}
        leave(cast.ben)
        assert set(Ticket.objects.waiting().values_list("group", flat=True)) == {"de+en.2"}
        assert Ticket.objects.get(participant=cast.ben).group == "en.3"

    def test_a_party_that_plays_may_be_left(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        cast.room()
        leave(cast.ben)
        assert names_in_party_of(cast.bea) == ["Bea"]
