"""A party queues as one: all of it, or nobody."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from echoroom.events.errors import ProfileIncomplete
from echoroom.events.models import Event, Participant
from echoroom.events.services.seats import seat_of
from echoroom.events.tests.console import play_to_the_end
from matching.errors import (
    AlreadyQueued,
    PartyDissolved,
    PartyNotFound,
    PartyTooLarge,
    PartyWithoutLanguage,
)
from matching.models import Party, PartyMember, Queue, Ticket
from matching.selectors import queue_status
from matching.services import parties, queueing
from matching.services.parties import leave_party, make_party
from matching.services.queueing import join_queue, leave_queue
from matching.tests.factories import make_party_of, make_ticket
from rooms.errors import AlreadyPlaying, NotARoom, QuestClosed, QuestNotFound
from rooms.models import Quest
from rooms.tests.factories import make_people, make_quest, make_room
from rooms.tests.questions import make_form
from tests.cast import Cast


def queue(person: Participant, quest: Quest, party: Party | None = None) -> Ticket:
    return join_queue(by=seat_of(person), quest_id=quest.pk, party_code=party.code if party else None)


def states() -> dict[str, str]:
    """The newest ticket of each person, by name."""
    return dict(Ticket.objects.order_by("joined_at", "number").values_list("participant__name", "state"))


class TestQueueing:
    def test_all_of_it_gets_places_and_the_queue_is_told_once(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        mine = queue(cast.bea, cast.quest)
        assert mine.participant_id == cast.bea.pk
        assert states() == {"Ben": "waiting", "Bea": "waiting"}
        assert set(Ticket.objects.values_list("party", "waits_since")) == {(party.pk, mine.waits_since)}
        assert Queue.objects.get().version == 1

    def test_everybody_of_it_is_told(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        before = dict(Participant.objects.values_list("pk", "version"))
        queue(cast.bea, cast.quest)
        told = {pk for pk, version in Participant.objects.values_list("pk", "version") if version > before[pk]}
        assert told == {cast.ben.pk, cast.bea.pk}

    def test_whoever_of_it_asks_again_is_given_their_place(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        queue(cast.ben, cast.quest)
        assert queue(cast.bea, cast.quest).participant_id == cast.bea.pk
        assert Ticket.objects.count() == 2
        assert Queue.objects.get().version == 1

    def test_its_size_and_common_languages_say_whose_waits_are_alike(self, cast: Cast):
        Participant.objects.filter(pk=cast.ben.pk).update(languages=["de", "en"])
        Participant.objects.filter(pk=cast.bea.pk).update(languages=["en", "fr"])
        make_party_of(cast.ben, cast.bea)
        queue(cast.ben, cast.quest)
        assert set(Ticket.objects.values_list("group", flat=True)) == {"en.2"}

    def test_the_status_names_the_party(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        queue(cast.ben, cast.quest)
        assert queue_status(viewer=seat_of(cast.bea)).party == party.code
        queue(cast.cleo, cast.quest)
        assert queue_status(viewer=seat_of(cast.cleo)).party is None

    def test_a_quest_that_some_of_it_have_finished_may_be_played_again(self, cast: Cast):
        play_to_the_end(cast.event, cast.quest, cast.team)
        make_party_of(cast.ben, cast.cleo)
        queue(cast.cleo, cast.quest)
        assert states() == {"Ben": "waiting", "Cleo": "waiting"}

    def test_somebody_who_queued_by_themselves_before_waits_on_in_their_place(self, cast: Cast):
        """A tick, an organiser or a leaver's return may leave some of a party in a queue already."""
        party = make_party_of(cast.ben, cast.bea)
        with transaction.atomic():
            old = make_ticket(cast.quest, cast.bea, party=party)
        queue(cast.ben, cast.quest)
        assert Ticket.objects.waiting().get(participant=cast.bea).pk == old.pk
        assert states() == {"Bea": "waiting", "Ben": "waiting"}


class TestTheRightParty:
    def test_its_own_code_may_be_said(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        queue(cast.ben, cast.quest, party)
        assert states() == {"Ben": "waiting", "Bea": "waiting"}

    def test_the_code_of_others_is_refused(self, cast: Cast):
        others = make_party(by=seat_of(cast.cleo))
        make_party_of(cast.ben, cast.bea)
        for person in (cast.ben, cast.bob):
            with pytest.raises(PartyNotFound):
                queue(person, cast.quest, others)
        assert not Ticket.objects.exists()

    def test_a_party_that_has_dissolved_cannot_queue(self, cast: Cast):
        party = make_party_of(cast.ben)
        leave_party(by=seat_of(cast.ben))
        with pytest.raises(PartyDissolved):
            queue(cast.ben, cast.quest, party)
        assert not Ticket.objects.exists()


class TestAllOrNobody:
    @pytest.fixture(autouse=True)
    def party(self, cast: Cast) -> Party:
        return make_party_of(cast.ben, cast.bea)

    def refuse(self, refusal: type[Exception], person: Participant, quest: Quest, words: str = "") -> None:
        with pytest.raises(refusal) as refused:
            queue(person, quest)
        assert words in str(getattr(refused.value, "detail", ""))
        assert not Ticket.objects.waiting().filter(quest=quest).exists()

    def test_nobody_queues_while_one_of_them_waits_elsewhere(self, cast: Cast):
        other = make_quest(event=cast.event, slug="other")
        with transaction.atomic():
            make_ticket(other, cast.bea)
        self.refuse(AlreadyQueued, cast.ben, cast.quest, "Bea of your party waits for another quest")
        self.refuse(AlreadyQueued, cast.bea, cast.quest, "Leave that queue first")

    def test_nobody_queues_while_one_of_them_sits_in_a_room(self, cast: Cast):
        make_room(make_quest(event=cast.event, slug="other"), [cast.bea, cast.cleo])
        self.refuse(AlreadyPlaying, cast.ben, cast.quest, "Bea of your party sits in a room")
        self.refuse(AlreadyPlaying, cast.bea, cast.quest, "Finish or leave")

    def test_nobody_queues_while_one_of_them_lacks_a_profile(self, cast: Cast):
        Participant.objects.filter(pk=cast.bea.pk).update(consented_at=None)
        self.refuse(ProfileIncomplete, cast.ben, cast.quest, "Somebody of your party")

    def test_nobody_queues_without_a_language_in_common(self, cast: Cast):
        Participant.objects.filter(pk=cast.ben.pk).update(languages=["de"])
        Participant.objects.filter(pk=cast.bea.pk).update(languages=["fr"])
        self.refuse(PartyWithoutLanguage, cast.ben, cast.quest)

    def test_whoever_states_no_language_speaks_with_everybody(self, cast: Cast):
        Participant.objects.filter(pk=cast.ben.pk).update(languages=["de"])
        queue(cast.ben, cast.quest)
        assert set(Ticket.objects.values_list("group", flat=True)) == {"de.2"}

    def test_a_party_leaves_room_for_somebody_new(self, cast: Cast):
        """Three of three would be a team of friends."""
        parties.join_party(by=seat_of(cast.bob), code=Party.objects.get().code)
        self.refuse(PartyTooLarge, cast.ben, cast.quest, "teams of 3")
        larger = make_quest(event=cast.event, slug="larger", team_size=4, team_max=4)
        queue(cast.ben, larger)
        assert Ticket.objects.waiting().count() == 3

    def test_what_is_closed_takes_nobody(self, cast: Cast):
        Quest.objects.filter(pk=cast.quest.pk).update(is_open=False)
        self.refuse(QuestClosed, cast.ben, cast.quest)

    def test_a_closed_event_takes_nobody(self, cast: Cast, clock):
        clock.shift(10)
        Event.objects.filter(pk=cast.event.pk).update(closes_at=timezone.now())
        self.refuse(QuestClosed, cast.ben, cast.quest)

    def test_the_quest_of_another_event_does_not_exist(self, cast: Cast):
        self.refuse(QuestNotFound, cast.ben, make_quest())

    def test_a_form_has_no_queue(self, cast: Cast):
        self.refuse(NotARoom, cast.ben, make_form(cast.event))

    def test_a_hand_that_was_faster_leaves_nothing_half_done(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        """The database refuses the second of two places, whichever service was asked: then nobody gets one."""
        issue = queueing.issue_ticket

        def issue_and_interfere(queue: Queue, **fields: object) -> Ticket:
            ticket = issue(queue, **fields)  # type: ignore[arg-type]
            if fields["participant_id"] == cast.ben.pk:
                Ticket.objects.create(quest=cast.quest, participant=cast.bea)
            return ticket

        monkeypatch.setattr(queueing, "issue_ticket", issue_and_interfere)
        self.refuse(AlreadyQueued, cast.ben, cast.quest)
        assert not Ticket.objects.exists()


class TestLeavingTheQueue:
    def test_all_of_it_leaves_and_stays_together(self, cast: Cast):
        party = make_party_of(cast.ben, cast.bea)
        queue(cast.ben, cast.quest)
        queue(cast.cleo, cast.quest)
        leave_queue(by=seat_of(cast.bea))
        assert states() == {"Ben": "left", "Bea": "left", "Cleo": "waiting"}
        assert PartyMember.objects.present().filter(party=party).count() == 2

    def test_another_party_keeps_its_places(self, cast: Cast):
        make_party_of(cast.ben, cast.bea)
        make_party_of(cast.cleo, cast.bob)
        queue(cast.ben, cast.quest)
        queue(cast.cleo, cast.quest)
        leave_queue(by=seat_of(cast.ben))
        assert states() == {"Ben": "left", "Bea": "left", "Cleo": "waiting", "Bob": "waiting"}

    def test_whoever_waits_alone_takes_nobody_along(self, cast: Cast):
        queue(cast.ben, cast.quest)
        queue(cast.bea, cast.quest)
        leave_queue(by=seat_of(cast.ben))
        assert states() == {"Ben": "left", "Bea": "waiting"}


def test_one_place_per_person_is_held_by_the_database(cast: Cast):
    queue(cast.ben, cast.quest)
    other = make_quest(event=cast.event, slug="other")
    with pytest.raises(IntegrityError, match="participant"), transaction.atomic():
        make_ticket(other, cast.ben)


def test_the_places_of_several_parties_are_numbered_on(cast: Cast):
    people = make_people(cast.event, 6)
    for first, second in zip(people[::2], people[1::2], strict=True):
        make_party_of(first, second)
        queue(first, cast.quest)
    assert list(Ticket.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
