from __future__ import annotations

import pytest
import time_machine

from echoroom.outbox import dispatcher
from rooms.errors import (
    DecisionNotOpen,
    DecisionUnknown,
    OptionUnknown,
    ReasonMissing,
    ReasonTooLong,
    RoomNotFound,
    RoomNotPlaying,
    VoteClosed,
)
from rooms.models import Room, Vote, VoteChange
from rooms.models.votes import LONGEST_REASON
from rooms.tests.moves import commit, everyone_votes, leave, look, now, playing_room, vote
from tests.cast import Cast


@pytest.fixture
def room(cast: Cast) -> Room:
    return playing_room(cast)


class TestBlind:
    def test_before_the_reveal_the_others_see_only_who_has_voted(self, cast: Cast, room: Room):
        vote(cast.ben, room, "B", "A secret reason.")
        seen = look(cast.bea, room)
        assert [member.name for member in seen.members if member.voted] == ["Ben"]
        assert seen.history == []
        assert "A secret reason." not in repr(seen)

    def test_who_voted_sees_their_own_vote(self, cast: Cast, room: Room):
        vote(cast.ben, room, "B", "Mine.")
        mine = look(cast.ben, room)
        assert (mine.your_option, mine.your_reason) == ("B", "Mine.")

    def test_the_last_vote_reveals_all_of_them(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "ABA")
        shown = look(cast.bea, room).history[0].rounds[0]
        assert [(each.name, each.option) for each in shown.votes] == [("Ben", "A"), ("Bea", "B"), ("Bob", "A")]
        assert shown.tally == {"A": 2, "B": 1, "C": 0}
        assert now(room).phase == "revealed"

    def test_a_receipt_says_nothing_about_the_others(self, cast: Cast, room: Room):
        vote(cast.ben, room, "B", "A secret reason.")
        receipt = vote(cast.bea, room, "A", "Hers.")
        assert (receipt.option, receipt.justification, receipt.revealed) == ("A", "Hers.", False)
        assert "secret" not in repr(receipt)

    def test_a_changed_vote_is_not_announced(self, cast: Cast, room: Room):
        vote(cast.ben, room, "A")
        before, announced = now(room).version, len(dispatcher.recording.calls)
        vote(cast.ben, room, "B")
        assert (now(room).version, len(dispatcher.recording.calls)) == (before, announced)


class TestInOrder:
    def test_a_future_decision_is_not_open(self, cast: Cast, room: Room):
        with pytest.raises(DecisionNotOpen):
            vote(cast.ben, room, decision=2)
        assert not Vote.objects.exists()

    def test_a_decision_that_the_quest_has_not_is_unknown(self, cast: Cast, room: Room):
        with pytest.raises(DecisionUnknown):
            vote(cast.ben, room, decision=3)

    def test_a_committed_decision_takes_no_votes(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "AAA")
        commit(cast.ben, room)
        with pytest.raises(VoteClosed):
            vote(cast.ben, room, "B", decision=1)

    def test_an_option_of_no_decision_is_unknown(self, cast: Cast, room: Room):
        with pytest.raises(OptionUnknown):
            vote(cast.ben, room, "Z")

    def test_a_room_that_has_not_started_takes_no_votes(self, cast: Cast):
        with pytest.raises(RoomNotPlaying):
            vote(cast.ben, cast.room(started=False), decision=1)


class TestOnce:
    def test_a_repeated_vote_is_the_same_success(self, cast: Cast, room: Room):
        first = vote(cast.ben, room, "A", "Because.")
        assert vote(cast.ben, room, "A", "Because.") == first
        assert Vote.objects.count() == 1
        assert not VoteChange.objects.exists()

    def test_until_the_reveal_a_vote_can_be_changed_and_its_history_is_kept(self, cast: Cast, room: Room):
        vote(cast.ben, room, "A", "First.")
        vote(cast.ben, room, "B", "Second.")
        vote(cast.ben, room, "B", "Third.")
        cast_vote = Vote.objects.get()
        assert (cast_vote.option.key, cast_vote.justification) == ("B", "Third.")
        kept = VoteChange.objects.order_by("pk").values_list("option__key", "justification")
        assert list(kept) == [("A", "First."), ("B", "Second.")]

    def test_after_the_reveal_a_vote_can_no_longer_be_changed(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "ABA")
        with pytest.raises(VoteClosed):
            vote(cast.ben, room, "B")
        assert Vote.objects.get(membership__participant=cast.ben).option.key == "A"

    def test_the_same_vote_again_after_the_reveal_is_still_a_success(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "ABA")
        assert vote(cast.ben, room, "A", "Ben wants A.").revealed

    def test_a_vote_whose_answer_was_lost_is_answered_after_the_team_has_moved_on(self, cast: Cast, room: Room):
        everyone_votes(cast.team, room, "ABA")
        commit(cast.ben, room, "A")
        again = vote(cast.bea, room, "B", "Bea wants B.", decision=1)
        assert (again.decision, again.round, again.option, again.revealed) == (1, 1, "B", True)
        assert Vote.objects.count() == 3

    def test_such_an_answer_is_given_in_a_completed_room_too(self, cast: Cast, room: Room):
        for _ in range(2):
            everyone_votes(cast.team, room, "AAA")
            commit(cast.ben, room)
        assert vote(cast.bob, room, "A", "Bob wants A.", decision=2).decision == 2
        with pytest.raises(VoteClosed):
            vote(cast.bob, room, "B", decision=2)
        with pytest.raises(DecisionUnknown):
            vote(cast.bob, room, "B", decision=3)


class TestWhoLeft:
    def test_a_vote_cast_before_leaving_counts(self, cast: Cast, room: Room):
        vote(cast.ben, room, "B")
        leave(cast.ben, room)
        vote(cast.bea, room, "A")
        vote(cast.bob, room, "B")
        assert look(cast.bea, room).history[0].rounds[0].tally == {"A": 1, "B": 2, "C": 0}

    def test_the_last_open_seat_that_leaves_reveals(self, cast: Cast, room: Room):
        vote(cast.ben, room)
        vote(cast.bea, room)
        leave(cast.bob, room)
        assert now(room).phase == "revealed"

    def test_who_has_left_is_a_stranger(self, cast: Cast, room: Room):
        leave(cast.ben, room)
        with pytest.raises(RoomNotFound):
            vote(cast.ben, room)


class TestReasons:
    @pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
    def test_a_vote_needs_a_reason(self, cast: Cast, room: Room, reason: str):
        with pytest.raises(ReasonMissing):
            vote(cast.ben, room, "A", reason)
        assert not Vote.objects.exists()

    def test_the_longest_reason_fits_and_one_more_letter_does_not(self, cast: Cast, room: Room):
        vote(cast.ben, room, "A", "x" * LONGEST_REASON)
        with pytest.raises(ReasonTooLong):
            vote(cast.ben, room, "A", "x" * (LONGEST_REASON + 1))
        assert len(Vote.objects.get().justification) == LONGEST_REASON

    def test_a_reason_is_kept_as_it_was_written_but_for_the_space_around_it(self, cast: Cast, room: Room):
        vote(cast.ben, room, "A", "  <b>Because</b> & “so” \n")
        assert Vote.objects.get().justification == "<b>Because</b> & “so”"


def test_a_stranger_is_told_that_there_is_no_such_room(cast: Cast, room: Room):
    with pytest.raises(RoomNotFound):
        vote(cast.cleo, room)


def test_a_closed_room_says_so(cast: Cast, room: Room, clock: time_machine.Traveller):
    clock.shift(1)
    Room.objects.filter(pk=room.pk).update(
        state="closed", phase="", closed_at=room.created_at, close_reason="organiser", due_at=None
    )
    with pytest.raises(VoteClosed, match="has ended"):
        vote(cast.ben, room)
