from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.rules import Ballot, Seat, captain_of, everyone_voted, has_quorum, held, verdict

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOLD = timedelta(seconds=120)
A, B, C = OPTIONS = (1, 2, 3)


def seat(
    number: int, *, voted: bool = False, seen: int = 0, away: bool = False, left: bool = False, joined: int = 600
) -> Seat:
    """A seat whose owner joined and was seen so many seconds ago."""
    return Seat(
        membership_id=number,
        participant_id=uuid4(),
        number=number,
        joined_at=NOW - timedelta(seconds=joined),
        seen_at=NOW - timedelta(seconds=seen),
        away_at=NOW if away else None,
        left_at=NOW if left else None,
        ballot=Ballot(number, A, "Because.") if voted else None,
    )


class TestWhoCounts:
    def test_a_seat_is_held_until_its_hold_has_run_out(self):
        assert held([seat(1, seen=119)], NOW, HOLD)
        assert not held([seat(1, seen=120)], NOW, HOLD)

    def test_who_is_away_or_has_left_is_not_held(self):
        assert held([seat(1, away=True), seat(2, left=True)], NOW, HOLD) == []

    @pytest.mark.parametrize(
        ("seats", "opens"),
        [
            ([seat(1, voted=True), seat(2, voted=True)], True),
            ([seat(1, voted=True), seat(2)], False),
            ([seat(1, voted=True), seat(2, seen=120)], True),
            ([seat(1, voted=True), seat(2, left=True)], True),
            ([seat(1, voted=True, left=True), seat(2)], False),
            ([seat(1, voted=True, away=True), seat(2, away=True)], True),
            ([seat(1), seat(2)], False),
            ([seat(1, left=True), seat(2, away=True)], False),
            ([], False),
        ],
    )
    def test_votes_open_when_nobody_who_counts_is_still_thinking(self, seats: list[Seat], opens: bool):
        assert everyone_voted(seats, NOW, HOLD) is opens


class TestQuorum:
    @pytest.mark.parametrize(
        ("seats", "reveals"),
        [
            ([seat(1, voted=True), seat(2, voted=True), seat(3)], True),
            ([seat(1, voted=True), seat(2), seat(3)], False),
            ([seat(1, voted=True), seat(2)], False),
            ([seat(1), seat(2), seat(3)], False),
            ([seat(1, voted=True), seat(2, away=True), seat(3, away=True)], True),
            ([seat(1, voted=True, left=True), seat(2, voted=True), seat(3)], True),
        ],
        ids=["two of three", "one of three", "half is not more than half", "none", "the absent", "one left"],
    )
    def test_a_deadline_reveals_with_more_than_half(self, seats: list[Seat], reveals: bool):
        assert has_quorum(seats, NOW, HOLD, extensions=0) is reveals

    def test_those_who_have_gone_cannot_outvote_those_who_are_there(self):
        gone = [seat(1, voted=True, away=True), seat(2, voted=True, left=True)]
        assert not has_quorum([*gone, seat(3), seat(4), seat(5)], NOW, HOLD, extensions=0)

    def test_after_an_extension_one_vote_is_enough(self):
        assert has_quorum([seat(1, voted=True), seat(2), seat(3)], NOW, HOLD, extensions=1)

    def test_even_after_extensions_an_empty_round_stays_shut(self):
        assert not has_quorum([seat(1), seat(2)], NOW, HOLD, extensions=9)


class TestCaptain:
    def test_the_longest_seated_member_is_captain(self):
        first = seat(2, joined=700)
        assert captain_of([seat(1), first], NOW, HOLD) is first

    def test_no_bot_is_captain_while_a_person_has_a_seat(self):
        first, second = seat(1), seat(2)
        bots = {first.participant_id}
        assert captain_of([first, second], NOW, HOLD, bots=bots) is second
        away = replace(second, away_at=NOW)
        assert captain_of([first, away], NOW, HOLD, bots=bots) is away
        gone = replace(second, left_at=NOW)
        assert captain_of([first, gone], NOW, HOLD, bots=bots) is first

    def test_of_two_who_sat_down_at_once_the_lower_seat_is_captain(self):
        first = seat(1)
        assert captain_of([seat(2), first], NOW, HOLD) is first

    def test_an_absent_captain_passes_to_the_next(self):
        absent, second, third = seat(1, joined=900, seen=120), seat(2, joined=800), seat(3)
        assert captain_of([absent, second, third], NOW, HOLD) is second

    def test_a_captain_who_left_passes_to_the_next(self):
        second = seat(2)
        assert captain_of([seat(1, left=True, joined=900), second], NOW, HOLD) is second

    def test_when_all_are_away_the_longest_seated_who_has_not_left_stays_captain(self):
        absent = seat(2, away=True)
        assert captain_of([seat(1, left=True, joined=900), absent, seat(3, away=True)], NOW, HOLD) is absent

    def test_an_empty_room_has_none(self):
        assert captain_of([seat(1, left=True)], NOW, HOLD) is None


class TestVerdict:
    @pytest.mark.parametrize(
        ("rule", "votes", "allowed", "met", "tie"),
        [
            ("plurality", [A, A, B], {A}, True, False),
            ("plurality", [A, B], {A, B}, True, True),
            ("plurality", [A, A, B, B, C], {A, B}, True, True),
            ("majority", [A, A, B], {A}, True, False),
            ("majority", [A, A, B, C], {A}, False, False),
            ("majority", [A, A, B, B], {A, B}, False, True),
            ("unanimous", [A, A, A], {A}, True, False),
            ("unanimous", [A, A, B], {A}, False, False),
            ("unanimous", [A, B, C], {A, B, C}, False, True),
            ("captain", [A, A, B], {A, B, C}, True, False),
            ("captain", [], {A, B, C}, True, False),
        ],
    )
    def test_each_rule_names_what_may_be_committed(
        self, rule: str, votes: list[int], allowed: set[int], met: bool, tie: bool
    ):
        found = verdict(rule, votes, OPTIONS)
        assert (found.allowed, found.rule_met, found.was_tie) == (frozenset(allowed), met, tie)

    def test_without_any_vote_the_team_is_free_and_the_rule_was_not_met(self):
        found = verdict("majority", [], OPTIONS)
        assert (found.allowed, found.rule_met) == (frozenset(OPTIONS), False)

    @given(st.sampled_from(["plurality", "majority", "unanimous", "captain"]), st.lists(st.sampled_from(OPTIONS)))
    def test_there_is_always_a_way_out(self, rule: str, votes: list[int]):
        found = verdict(rule, votes, OPTIONS)
        assert found.allowed
        assert found.allowed <= set(OPTIONS)
        if rule != "captain" and votes:
            most = max(votes.count(option) for option in OPTIONS)
            assert found.allowed == {option for option in OPTIONS if votes.count(option) == most}
            assert found.was_tie == (len(found.allowed) > 1)
