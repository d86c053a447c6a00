"""What the console shows of votes, before and after a reveal. That it gives no other sign is tested in two worlds."""

from __future__ import annotations

import pytest
from django.urls import reverse

from echoroom.events.services.seats import seat_of
from echoroom.events.tests.console import console_of, fill, list_path, rows_of, vote
from rooms.models import Reveal, Room, Vote, VoteChange
from rooms.services.voting import vote_again
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    made = make_cast(decisions=2, rounds=2)
    fill(made.event)
    return made


@pytest.fixture
def voting(cast):
    """Ben has voted, and changed his vote; nothing is revealed."""
    room: Room = cast.room()
    vote(room, cast.ben, "B", reason="Ben's first words.")
    vote(room, cast.ben, "A", reason="Ben's secret words.")
    room.refresh_from_db()
    assert not Reveal.objects.filter(room=room).exists()
    return room


def test_an_unrevealed_vote_has_no_row_and_no_page(cast, voting):
    ballot = Vote.objects.get(room=voting)
    change = VoteChange.objects.get(vote=ballot)
    for user in (cast.ada, cast.adam):
        console = console_of(user)
        assert ballot not in rows_of(console.get(list_path("rooms_vote")))
        assert not rows_of(console.get(f"{list_path('rooms_vote')}?q={voting.code}"))
        assert console.get(reverse("admin:rooms_vote_change", args=[ballot.pk])).status_code == 302
    assert change not in rows_of(console_of(cast.adam).get(list_path("rooms_votechange")))


def test_after_the_reveal_it_is_there(cast, voting):
    for person in (cast.bea, cast.bob):
        vote(voting, person, "B")
    ballot = Vote.objects.get(room=voting, membership__participant=cast.ben)
    console = console_of(cast.ada)
    assert ballot in rows_of(console.get(list_path("rooms_vote")))
    assert "secret words" in console.get(reverse("admin:rooms_vote_change", args=[ballot.pk])).content.decode()


def test_the_second_round_is_blind_too(cast, voting):
    for person in (cast.bea, cast.bob):
        vote(voting, person, "B")
    vote_again(by=seat_of(cast.bea), room_code=voting.code, decision_number=1)
    vote(voting, cast.ben, "C", reason="Ben wavers.")
    rounds = {row.round for row in rows_of(console_of(cast.adam).get(f"{list_path('rooms_vote')}?q={voting.code}"))}
    assert rounds == {1}


def test_an_organiser_never_reads_what_a_vote_said_before_it_was_changed(cast, voting):
    assert console_of(cast.ada).get(list_path("rooms_votechange")).status_code == 403


def test_how_many_have_voted_is_no_secret(cast, voting):
    console = console_of(cast.ada)
    assert "1\u00a0of\u00a03" in console.get(f"{list_path('rooms_room')}?q={voting.code}").content.decode()
