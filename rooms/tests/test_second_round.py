from __future__ import annotations

import pytest
import time_machine

from rooms.errors import DecisionNotOpen, NotRevealed, RevoteNotAllowed, RoomNotFound, RoundPassed, VoteClosed
from rooms.models import Commit, Reveal, Room, Vote
from rooms.tests.moves import commit, everyone_votes, leave, look, now, playing_room, sweep, vote, vote_again, wait
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None, clock: time_machine.Traveller) -> Cast:
    return make_cast(decisions=2, rounds=2)


@pytest.fixture
def room(cast: Cast) -> Room:
    """A room whose first round is on the table."""
    room = playing_room(cast)
    everyone_votes(cast.team, room, "ABC")
    return room


def test_the_team_may_vote_again_after_the_reveal(cast: Cast, room: Room):
    assert look(cast.bea, room).may_vote_again
    vote_again(cast.bea, room)
    fresh = now(room)
    assert (fresh.round, fresh.phase, fresh.decision_number) == (2, "voting", 1)
    assert fresh.due_at is not None


def test_the_second_round_is_blind_too_while_the_first_stays_visible(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    vote(cast.ben, room, "C", "A new secret.")
    seen = look(cast.bea, room)
    assert [shown.round for shown in seen.history[0].rounds] == [1]
    assert "A new secret." not in repr(seen)
    assert [member.name for member in seen.members if member.voted] == ["Ben"]


def test_both_rounds_are_kept(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    everyone_votes(cast.team, room, "CCC")
    rounds = look(cast.ben, room).history[0].rounds
    assert [shown.tally for shown in rounds] == [{"A": 1, "B": 1, "C": 1}, {"A": 0, "B": 0, "C": 3}]
    assert Vote.objects.count() == 6


def test_the_same_option_and_reason_in_the_second_round_are_a_vote_of_their_own(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    vote(cast.ben, room, "A", "Ben wants A.")
    assert Vote.objects.filter(round=2).count() == 1


class TestAVoteNamesItsRound:
    def test_a_first_round_vote_sent_again_is_no_second_round_vote(self, cast: Cast, room: Room):
        vote_again(cast.bea, room)
        receipt = vote(cast.ben, room, "A", "Ben wants A.", round=1)
        assert (receipt.round, receipt.option, receipt.revealed) == (1, "A", True)
        assert not Vote.objects.filter(round=2).exists()
        assert now(room).phase == "voting"

    def test_another_vote_in_the_first_round_comes_too_late(self, cast: Cast, room: Room):
        vote_again(cast.bea, room)
        with pytest.raises(VoteClosed):
            vote(cast.ben, room, "B", round=1)
        assert not Vote.objects.filter(round=2).exists()

    def test_who_missed_the_first_round_cannot_vote_in_it_any_more(self, cast: Cast, clock: time_machine.Traveller):
        room = playing_room(cast)
        everyone_votes(cast.team[:2], room, "AB")
        wait(clock, 301, present=cast.team, room=room)
        vote_again(cast.ben, room)
        with pytest.raises(VoteClosed):
            vote(cast.bob, room, round=1)
        assert Vote.objects.filter(round=2).count() == 0

    def test_a_round_that_is_not_open_yet_takes_no_votes(self, cast: Cast, room: Room):
        with pytest.raises(DecisionNotOpen):
            vote(cast.ben, room, "A", "Ben wants A.", round=2)
        assert not Vote.objects.filter(round=2).exists()

    def test_the_open_round_takes_them(self, cast: Cast, room: Room):
        vote_again(cast.bea, room)
        assert vote(cast.ben, room, "A", "Ben wants A.", round=2).round == 2

    def test_each_round_has_its_own_answer_once_the_team_has_moved_on(self, cast: Cast, room: Room):
        vote_again(cast.bea, room)
        everyone_votes(cast.team, room, "CCC")
        commit(cast.ben, room, "C")
        first = vote(cast.ben, room, "A", "Ben wants A.", decision=1, round=1)
        second = vote(cast.ben, room, "C", "Ben wants C.", decision=1, round=2)
        assert [first.round, second.round] == [1, 2]
        with pytest.raises(VoteClosed):
            vote(cast.ben, room, "A", "Ben wants A.", decision=1, round=2)


def test_two_who_ask_for_it_at_once_open_one_round(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    vote(cast.ben, room, "C")
    vote_again(cast.ben, room)
    assert Vote.objects.filter(round=2).count() == 1
    assert now(room).round == 2


def test_there_is_no_third_round(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    everyone_votes(cast.team, room, "CCC")
    assert not look(cast.ben, room).may_vote_again
    with pytest.raises(RevoteNotAllowed):
        vote_again(cast.ben, room)


def test_while_the_first_round_is_open_nobody_can_ask_for_the_second(cast: Cast):
    room = playing_room(cast)
    with pytest.raises(RevoteNotAllowed):
        vote_again(cast.ben, room)
    assert now(room).round == 1


def test_a_first_round_whose_time_is_up_is_revealed_before_the_second_opens(cast: Cast, clock: time_machine.Traveller):
    room = playing_room(cast)
    vote(cast.ben, room, "A")
    vote(cast.bea, room, "B")
    wait(clock, 301, present=cast.team, room=room)
    vote_again(cast.ben, room)
    assert now(room).round == 2
    assert Reveal.objects.get().reason == "deadline"


def test_a_quest_of_one_round_has_no_second(clock: time_machine.Traveller, db: None):
    cast = make_cast(decisions=1)
    room = playing_room(cast)
    everyone_votes(cast.team, room, "ABC")
    with pytest.raises(RevoteNotAllowed):
        vote_again(cast.ben, room)
    assert not look(cast.ben, room).may_vote_again


def test_another_decision_than_the_one_on_the_table_is_refused(cast: Cast, room: Room):
    with pytest.raises(RevoteNotAllowed):
        vote_again(cast.ben, room, decision=2)


def test_a_stranger_opens_no_round(cast: Cast, room: Room):
    with pytest.raises(RoomNotFound):
        vote_again(cast.cleo, room)


def test_nothing_is_committed_while_the_second_round_is_open(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    with pytest.raises(NotRevealed):
        commit(cast.ben, room, "A")


def test_the_last_round_decides_what_may_be_committed(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    everyone_votes(cast.team, room, "CCA")
    assert look(cast.ben, room).allowed == {"C"}
    commit(cast.ben, room, "C")
    made = Commit.objects.get()
    assert (made.round, made.tally, made.dissent) == (2, {"A": 1, "B": 0, "C": 2}, [3])


def test_a_commit_to_the_first_rounds_votes_settles_no_second_round(cast: Cast, room: Room):
    """Sent again because its answer was lost: meanwhile the team has voted once more."""
    vote_again(cast.bea, room)
    with pytest.raises(RoundPassed):
        commit(cast.ben, room, "A", round=1)
    everyone_votes(cast.team, room, "AAC")
    with pytest.raises(RoundPassed):
        commit(cast.ben, room, "A", round=1)
    assert not Commit.objects.exists()
    assert commit(cast.ben, room, "A", round=2).round == 2


def test_a_commit_names_no_round_that_is_not_open_yet(cast: Cast, room: Room):
    with pytest.raises(DecisionNotOpen):
        commit(cast.ben, room, "A", round=2)
    receipt = commit(cast.ben, room, "A", round=1)
    assert commit(cast.ben, room, "A", decision=1, round=1) == receipt


def test_the_next_decision_begins_with_its_first_round(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    everyone_votes(cast.team, room, "CCC")
    commit(cast.ben, room, "C")
    fresh = now(room)
    assert (fresh.decision_number, fresh.round, fresh.phase) == (2, 1, "voting")


def test_the_team_need_not_vote_again(cast: Cast, room: Room):
    commit(cast.ben, room, "B")
    assert Commit.objects.get().round == 1


def test_a_second_round_goes_on_without_who_left(cast: Cast, room: Room):
    vote_again(cast.bea, room)
    vote(cast.ben, room, "A")
    vote(cast.bea, room, "A")
    leave(cast.bob, room)
    assert now(room).phase == "revealed"


def test_the_second_round_has_a_deadline_of_its_own(cast: Cast, room: Room, clock: time_machine.Traveller):
    clock.shift(100)
    vote_again(cast.bea, room)
    vote(cast.ben, room, "A")
    vote(cast.bea, room, "A")
    wait(clock, 299, present=cast.team, room=room)
    sweep()
    assert now(room).phase == "voting"
    wait(clock, 1, present=cast.team, room=room)
    sweep()
    assert now(room).phase == "revealed"
    with pytest.raises(VoteClosed):
        vote(cast.bob, room)
