from __future__ import annotations

import pytest
import time_machine

from rooms.errors import (
    AlreadyCommitted,
    DecisionNotOpen,
    DecisionUnknown,
    NotRevealed,
    NotTheCaptain,
    OptionNotAllowed,
    OptionUnknown,
    RoomNotFound,
    RoomNotPlaying,
)
from rooms.models import Commit, Room
from rooms.tests.moves import (
    commit,
    everyone_votes,
    leave,
    look,
    now,
    playing_room,
    seat,
    sweep,
    vote,
    wait,
)
from tests.cast import Cast, make_cast


def revealed_room(cast: Cast, options: str) -> Room:
    room = playing_room(cast)
    everyone_votes(cast.team, room, options)
    return room


class TestTheTeamsChoice:
    def test_the_option_with_the_most_votes_is_committed_and_the_next_decision_opens(self, cast: Cast):
        room = revealed_room(cast, "ABA")
        receipt = commit(cast.bea, room, "A")
        assert (receipt.option, receipt.tally, receipt.rule_met) == ("A", {"A": 2, "B": 1, "C": 0}, True)
        fresh = now(room)
        assert (fresh.decision_number, fresh.phase, fresh.round) == (2, "voting", 1)

    def test_another_option_is_not_allowed(self, cast: Cast):
        room = revealed_room(cast, "ABA")
        with pytest.raises(OptionNotAllowed):
            commit(cast.bea, room, "B")
        assert not Commit.objects.exists()

    def test_a_tie_is_settled_among_the_tied_by_whoever_commits(self, cast: Cast):
        room = revealed_room(cast, "ABC")
        assert look(cast.ben, room).allowed == {"A", "B", "C"}
        commit(cast.bob, room, "B")
        made = Commit.objects.get()
        assert (made.was_tie, made.option.key, made.dissent) == (True, "B", [1, 3])

    def test_an_option_outside_the_tie_is_not_allowed(self, cast: Cast):
        room = revealed_room(cast, "ABA")
        with pytest.raises(OptionNotAllowed):
            commit(cast.ben, room, "C")

    def test_the_commit_records_its_author_the_tally_and_the_dissent(self, cast: Cast):
        room = revealed_room(cast, "ABA")
        commit(cast.bea, room, "A")
        made = Commit.objects.get()
        assert made.author == seat(cast.bea, room)
        assert (made.tally, made.dissent, made.rule) == ({"A": 2, "B": 1, "C": 0}, [2], "plurality")
        assert made.committed_at == now(room).active_at

    def test_the_last_commit_completes_the_room_whatever_the_number_of_decisions(self, db: None):
        cast = make_cast(decisions=4)
        room = playing_room(cast)
        for number in (1, 2, 3, 4):
            assert now(room).decision_number == number
            everyone_votes(cast.team, room, "AAA")
            receipt = commit(cast.ben, room)
            assert receipt.completed == (number == 4)
        assert now(room).state == "completed"
        assert not room.memberships.filter(is_playing=True).exists()

    def test_the_vote_of_who_left_is_in_the_tally(self, cast: Cast):
        room = playing_room(cast)
        vote(cast.ben, room, "B")
        leave(cast.ben, room)
        vote(cast.bea, room, "B")
        vote(cast.bob, room, "A")
        with pytest.raises(OptionNotAllowed):
            commit(cast.bob, room, "A")
        assert commit(cast.bob, room, "B").tally == {"A": 1, "B": 2, "C": 0}


class TestOnce:
    def test_the_same_commit_again_is_the_same_success_whoever_asks(self, cast: Cast):
        room = revealed_room(cast, "ABA")
        first = commit(cast.bea, room, "A")
        assert commit(cast.bob, room, "A", decision=1) == first
        assert Commit.objects.get().author == seat(cast.bea, room)
        assert now(room).decision_number == 2

    def test_it_is_answered_as_it_was_whatever_the_room_has_become(self, cast: Cast):
        room = revealed_room(cast, "ABA")
        first = commit(cast.bea, room, "A")
        assert first.version == now(room).version
        everyone_votes(cast.team, room, "AAA")
        assert commit(cast.bea, room, "A", decision=1) == first
        last = commit(cast.bea, room, "A")
        assert last.version == now(room).version
        assert commit(cast.bea, room, "A", decision=1) == first
        assert not first.completed

    def test_another_option_comes_too_late(self, cast: Cast):
        room = revealed_room(cast, "ABC")
        commit(cast.bea, room, "A")
        with pytest.raises(AlreadyCommitted):
            commit(cast.ben, room, "B", decision=1)
        assert Commit.objects.get().option.key == "A"

    def test_the_last_commit_again_is_the_same_success(self, db: None):
        cast = make_cast(decisions=1)
        room = revealed_room(cast, "AAA")
        first = commit(cast.ben, room)
        again = commit(cast.bob, room, decision=1)
        assert again.completed
        assert again == first
        with pytest.raises(AlreadyCommitted):
            commit(cast.bob, room, "B", decision=1)


class TestNotNow:
    def test_before_the_reveal_nobody_commits(self, cast: Cast):
        room = playing_room(cast)
        vote(cast.ben, room)
        with pytest.raises(NotRevealed):
            commit(cast.ben, room)

    def test_a_future_decision_is_not_open_and_completes_nothing(self, cast: Cast):
        room = revealed_room(cast, "AAA")
        with pytest.raises(DecisionNotOpen):
            commit(cast.ben, room, decision=2)
        assert now(room).state == "in_progress"

    def test_an_unknown_decision_and_an_unknown_option_have_names_of_their_own(self, cast: Cast):
        room = revealed_room(cast, "AAA")
        with pytest.raises(DecisionUnknown):
            commit(cast.ben, room, decision=3)
        with pytest.raises(OptionUnknown):
            commit(cast.ben, room, "Z")

    def test_a_room_that_has_not_started_commits_nothing(self, cast: Cast):
        with pytest.raises(RoomNotPlaying):
            commit(cast.ben, cast.room(started=False), decision=1)

    def test_neither_a_stranger_nor_who_has_left_commits(self, cast: Cast):
        room = revealed_room(cast, "AAA")
        leave(cast.bob, room)
        for person in (cast.cleo, cast.bob):
            with pytest.raises(RoomNotFound):
                commit(person, room)


class TestFallingBack:
    @pytest.mark.parametrize(
        ("rule", "votes", "allowed", "met"),
        [
            ("majority", "AAB", {"A"}, True),
            ("majority", "ABC", {"A", "B", "C"}, False),
            ("unanimous", "AAA", {"A"}, True),
            ("unanimous", "AAB", {"A"}, False),
        ],
    )
    def test_a_rule_that_was_not_met_falls_back_to_plurality_and_that_is_recorded(
        self, db: None, rule: str, votes: str, allowed: set[str], met: bool
    ):
        cast = make_cast(decisions=1, rule=rule)
        room = revealed_room(cast, votes)
        assert look(cast.ben, room).allowed == allowed
        commit(cast.ben, room, "A")
        made = Commit.objects.get()
        assert (made.rule, made.rule_met, made.was_tie) == (rule, met, len(allowed) > 1)


class TestCaptain:
    @pytest.fixture
    def cast(self, db: None, clock: time_machine.Traveller) -> Cast:
        return make_cast(decisions=1, rule="captain")

    def test_the_captain_chooses_any_option(self, cast: Cast):
        room = revealed_room(cast, "BBB")
        assert look(cast.ben, room).allowed == {"A", "B", "C"}
        commit(cast.ben, room, "C")
        made = Commit.objects.get()
        assert (made.option.key, made.rule_met, made.dissent) == ("C", True, [1, 2, 3])

    def test_nobody_else_does(self, cast: Cast):
        room = revealed_room(cast, "BBB")
        assert not look(cast.bea, room).may_commit
        with pytest.raises(NotTheCaptain):
            commit(cast.bea, room, "B")

    def test_an_absent_captain_passes_to_the_longest_seated_member(self, cast: Cast, clock: time_machine.Traveller):
        room = revealed_room(cast, "BBB")
        wait(clock, 121, present=[cast.bea, cast.bob], room=room)
        sweep()
        seen = look(cast.bea, room)
        assert [member.name for member in seen.members if member.is_captain] == ["Bea"]
        with pytest.raises(NotTheCaptain):
            commit(cast.bob, room, "B")
        commit(cast.bea, room, "B")
        assert Commit.objects.get().author == seat(cast.bea, room)

    def test_the_captain_who_returns_is_captain_again(self, cast: Cast, clock: time_machine.Traveller):
        room = revealed_room(cast, "BBB")
        wait(clock, 121, present=[cast.bea, cast.bob], room=room)
        sweep()
        look(cast.ben, room)
        with pytest.raises(NotTheCaptain):
            commit(cast.bea, room, "B")
        commit(cast.ben, room, "A")

    def test_a_captain_who_left_passes_to_the_next(self, cast: Cast):
        room = revealed_room(cast, "BBB")
        leave(cast.ben, room)
        commit(cast.bea, room, "A")
        assert now(room).state == "completed"

    def test_a_team_that_comes_back_after_a_long_silence_can_still_commit(
        self, cast: Cast, clock: time_machine.Traveller
    ):
        room = revealed_room(cast, "BBB")
        clock.shift(600)
        sweep()
        commit(cast.bob, room, "B")
        assert now(room).state == "completed"
