"""Parties and blocks when several people act at once, and a matcher with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db.models import Count

from echoroom.events.models import Participant
from echoroom.events.services.seats import seat_of
from matching.models import MOST_MEMBERS, Block, Party, PartyMember, Ticket
from matching.services.blocking import MOST_BLOCKS
from matching.services.parties import make_party
from matching.services.ticking import tick
from matching.tests.factories import make_party_of
from rooms.models import Membership, Quest
from rooms.tests.factories import make_quest
from tests.cast import ApiClient
from tests.races.crowds import client_of, crowd
from tests.races.together import outcome, together

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Job = Callable[[], Any]
# Neither is half done, and sending it again succeeds.
MET = "party_changed"


@pytest.fixture
def quest() -> Quest:
    return make_quest(decisions=1, team_size=5, team_max=5, patience_seconds=30)


def post(client: ApiClient, path: str, body: object = None) -> Job:
    return lambda: client.send("POST", f"/api/matching/{path}", body)


def joins(client: ApiClient, quest: Quest) -> Job:
    return post(client, "join", {"quest": str(quest.pk)})


def told(jobs: Sequence[Job]) -> list[str]:
    """What became of each job; a tick, which answers with a number, is left out."""
    return [outcome(answer) for answer in together(jobs) if not isinstance(answer, int)]


def assert_parties_are_whole() -> None:
    """Each party waits in one queue with all of its people, or in none with nobody."""
    for party in Party.objects.together():
        present = set(party.members.filter(left_at=None).values_list("participant_id", flat=True))
        rows = Ticket.objects.waiting().filter(participant__in=present).values_list("participant_id", "quest_id")
        waiting = dict(rows)
        assert set(waiting) in (set(), present)
        assert len(set(waiting.values())) <= 1


class TestComingIn:
    def test_fifty_at_one_code_fill_the_party_and_no_more(self, quest: Quest):
        host, *people = crowd(quest.event, 51)
        party = make_party(by=seat_of(host))
        answers = told([post(client_of(person), "party/join", {"code": party.code}) for person in people])
        assert Counter(answers) == {"ok": MOST_MEMBERS - 1, "party_full": 50 - (MOST_MEMBERS - 1)}
        assert party.members.count() == MOST_MEMBERS

    def test_one_person_with_twenty_codes_comes_into_one_party(self, quest: Quest):
        person, *hosts = crowd(quest.event, 21)
        client = client_of(person)
        codes = [make_party(by=seat_of(host)).code for host in hosts]
        answers = told([post(client, "party/join", {"code": code}) for code in codes])
        assert Counter(answers) == {"ok": 1, "in_another_party": 19}
        assert PartyMember.objects.present().filter(participant=person).count() == 1

    def test_one_person_making_a_party_twenty_times_makes_one(self, quest: Quest):
        (person,) = crowd(quest.event, 1)
        client = client_of(person)
        assert set(told([post(client, "party")] * 20)) <= {"ok", MET}
        assert Party.objects.count() == PartyMember.objects.count() == 1

    def test_whoever_comes_in_while_it_queues_waits_with_it_or_is_told_that_it_waits(self, quest: Quest):
        people = crowd(quest.event, 40)
        jobs: list[Job] = []
        for host, guest in zip(people[::2], people[1::2], strict=True):
            code = make_party(by=seat_of(host)).code
            jobs += [joins(client_of(host), quest), post(client_of(guest), "party/join", {"code": code})]
        assert set(told(jobs)) <= {"ok", "party_waits", MET}
        assert_parties_are_whole()


class TestQueueing:
    def test_two_of_one_party_joining_two_queues_at_once_end_in_one(self, quest: Quest):
        other = make_quest(event=quest.event, slug="other", team_size=5, team_max=5)
        people = crowd(quest.event, 40)
        jobs: list[Job] = []
        for one, two in zip(people[::2], people[1::2], strict=True):
            make_party_of(one, two)
            jobs += [joins(client_of(one), quest), joins(client_of(two), other)]
        assert Counter(told(jobs)) == {"ok": 20, "already_queued": 20}
        assert Ticket.objects.waiting().count() == 40
        assert_parties_are_whole()

    def test_all_of_a_party_joining_at_once_have_one_place_each(self, quest: Quest):
        people = crowd(quest.event, 40)
        for first in range(0, 40, 4):
            make_party_of(*people[first : first + 4])
        jobs = [joins(client_of(person), quest) for person in people for _ in range(2)]
        assert Counter(told(jobs)) == {"ok": 80}
        assert Ticket.objects.waiting().count() == Ticket.objects.count() == 40
        assert_parties_are_whole()

    def test_joining_against_leaving_the_queue_and_the_party_keeps_parties_whole(self, quest: Quest):
        people = crowd(quest.event, 36)
        jobs: list[Job] = []
        for first in range(0, 36, 3):
            one, two, three = people[first : first + 3]
            make_party_of(one, two, three)
            jobs += [joins(client_of(one), quest), post(client_of(two), "leave"), post(client_of(three), "party/leave")]
        for _ in range(2):
            assert set(told(jobs)) <= {"ok", MET}
            assert_parties_are_whole()


class TestAgainstTheMatcher:
    def test_leaving_while_a_tick_seats_leaves_nobody_in_a_queue_and_a_room(self, quest: Quest):
        """Every second one leaves with their party, every fourth one only the party; two matchers seat meanwhile."""
        people = crowd(quest.event, 60)
        for first in range(0, 60, 2):
            make_party_of(*people[first : first + 2])
            joins(client_of(people[first]), quest)()
        jobs: list[Job] = [post(client_of(people[first]), "leave") for first in range(0, 60, 4)]
        jobs += [post(client_of(people[first]), "party/leave") for first in range(2, 60, 4)]
        assert set(told([tick, *jobs[:15], tick, *jobs[15:], tick])) <= {"ok", MET}
        together([tick, tick])
        playing = list(Membership.objects.filter(is_playing=True).values_list("participant_id", flat=True))
        assert len(playing) == len(set(playing))
        assert not Ticket.objects.waiting().filter(participant__in=playing).exists()
        matched = Ticket.objects.filter(state=Ticket.State.MATCHED)
        assert set(matched.values_list("participant_id", flat=True)) == set(playing)
        newest = Ticket.objects.values("participant").annotate(times=Count("pk"))
        assert set(newest.values_list("times", flat=True)) == {1}


class TestBlocking:
    def test_a_hundred_blocks_at_once_fill_the_list_and_no_more(self, quest: Quest):
        person, *others = crowd(quest.event, 101)
        client = client_of(person)
        answers = told([post(client, "blocks", {"person": str(other.pk)}) for other in others])
        assert Counter(answers) == {"ok": MOST_BLOCKS, "too_many_blocks": 100 - MOST_BLOCKS}
        assert Block.objects.count() == MOST_BLOCKS

    def test_twenty_equal_blocks_at_once_are_one(self, quest: Quest):
        person, other = crowd(quest.event, 2)
        client = client_of(person)
        assert Counter(told([post(client, "blocks", {"person": str(other.pk)})] * 20)) == {"ok": 20}
        assert Block.objects.count() == 1

    def test_everybody_blocking_everybody_at_once_waits_for_nobody_in_a_circle(self, quest: Quest):
        people: list[Participant] = crowd(quest.event, 12)
        jobs = [
            post(client_of(one), "blocks", {"person": str(other.pk)})
            for one in people
            for other in people
            if one is not other
        ]
        assert Counter(told(jobs)) == {"ok": 132}
        assert Block.objects.count() == 132
