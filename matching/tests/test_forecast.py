"""The forecast as pure functions: what is known of waits, and what is said of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.forecast import Asked, CannotSay, Forecast, History, Reason, Wait, forecast, history_of, updated
from matching.forecast.forecasting import level_of
from matching.forecast.groups import can_meet, languages_of, size_of
from matching.forecast.history import FARTHEST, FRESH, LATELY, MOST_GROUPS, MOST_WAITS, Group
from matching.forecast.survival import kaplan_meier

NOW = 100_000.0


def matched(*waits: float, group: str = "en", p90: int | None = None) -> list[Wait]:
    return [Wait(group, NOW - 60 - wait, wait, p90, is_matched=True) for wait in waits]


def left(*waits: float, group: str = "en", p90: int | None = None) -> list[Wait]:
    return [Wait(group, NOW - 60 - wait, wait, p90) for wait in waits]


def still(*waits: float, group: str = "en", p90: int | None = None) -> list[Wait]:
    return [Wait(group, NOW - wait, wait, p90) for wait in waits]


def history(ended: list[Wait], waiting: list[Wait] | None = None, *, minimum: int = 2) -> History:
    return updated(History(minimum=minimum), ended=ended, waiting=waiting or [], now=NOW)


def said(known: History, group: str = "en", **asked: object) -> Forecast | CannotSay:
    return forecast(known, Asked(group, NOW, **asked))  # type: ignore[arg-type]


class TestTheCurve:
    def test_is_that_of_the_textbook(self):
        """Kaplan & Meier's estimate by hand: 6 of 7 at risk survive 1, then 4 of 5 survive 3, then 2 of 3 survive 5."""
        curve = kaplan_meier([1, 2, 3, 4, 5, 6, 7], [True, False, True, False, True, False, False])
        assert curve.seconds.tolist() == [1, 3, 5]
        assert curve.done == pytest.approx([1 - 6 / 7, 1 - 6 / 7 * 4 / 5, 1 - 6 / 7 * 4 / 5 * 2 / 3])

    def test_who_gave_up_makes_waits_longer_and_not_shorter(self):
        ended = kaplan_meier([10, 20, 30], [True] * 3)
        with_censored = kaplan_meier([10, 20, 30, 15, 25], [True] * 3 + [False] * 2)
        assert with_censored.done[1] < ended.done[1]

    def test_a_share_that_was_never_reached_has_no_quantile(self):
        curve = kaplan_meier([10, 20, 20, 20], [True, False, False, False])
        assert curve.quantile(0.25) == 10
        assert curve.quantile(0.5) is None

    def test_of_nothing_nothing_is_known(self):
        assert kaplan_meier([], []).quantile(0.5) is None

    @given(st.lists(st.floats(0, 1e4), min_size=1, max_size=60), st.floats(0.01, 1))
    def test_without_censoring_it_is_the_share_of_the_waits(self, waits: list[float], share: float):
        found = kaplan_meier(waits, [True] * len(waits)).quantile(share)
        assert found is not None
        assert np.mean(np.array(waits) <= found) >= share - 1e-9


class TestWhatIsSaid:
    def test_half_and_nine_in_ten_of_the_groups_own_waits(self):
        assert said(history(matched(*range(1, 41)))) == Forecast(20, 36)

    def test_a_group_with_little_history_is_told_that_of_those_it_can_meet(self):
        known = history([*matched(*range(1, 41)), *matched(5, group="en+fr")], still(1))
        assert said(known, "en+fr") == Forecast(20, 36)

    def test_but_never_that_of_people_it_cannot_meet(self):
        known = history([*matched(*range(1, 41)), *matched(5, 6, group="fr")], still(1, group="fr"))
        assert said(known, "fr") == CannotSay(Reason.NO_HISTORY)

    def test_who_still_waits_makes_the_forecast_longer(self):
        before = said(history(matched(*range(1, 41)), still(1)))
        after = said(history(matched(*range(1, 41)), still(*[200.0] * 10)))
        assert isinstance(before, Forecast)
        assert isinstance(after, Forecast)
        assert after.p90 > before.p90

    def test_too_little_history_says_nothing(self):
        assert said(history(matched(1, 2, 3), still(1))) == CannotSay(Reason.NO_HISTORY)

    def test_a_held_queue_says_nothing(self):
        assert said(history(matched(*range(1, 41)), still(1)), held=True) == CannotSay(Reason.HELD)

    def test_nobody_else_says_nothing(self):
        assert said(History()) == CannotSay(Reason.NOBODY)
        alone = updated(history(matched(*range(1, 41))), ended=[], waiting=[Wait("en", NOW + 2 * LATELY, 0)], now=NOW)
        alone = updated(alone, ended=[], waiting=[Wait("en", NOW + 2 * LATELY, 1)], now=NOW + 2 * LATELY)
        asked = Asked("en", NOW + 2 * LATELY, joined=NOW + 2 * LATELY)
        assert forecast(alone, asked) == CannotSay(Reason.NOBODY)

    def test_nor_is_ones_own_party_anybody_else(self):
        alone = updated(history(matched(*range(1, 41))), ended=[], waiting=[], now=NOW + 2 * LATELY)
        party = [Wait("en.2", NOW + 2 * LATELY, 0)] * 2
        alone = updated(alone, ended=[], waiting=party, now=NOW + 2 * LATELY)
        asked = Asked("en.2", NOW + 2 * LATELY, joined=NOW + 2 * LATELY)
        assert forecast(alone, asked) == CannotSay(Reason.NOBODY)

    def test_who_has_just_come_has_the_one_who_waits_for_company(self):
        """The history was renewed before they came: the one in it is somebody else."""
        later = NOW + 2 * LATELY
        waits = [Wait("en", later - LATELY - 100, LATELY + 100)]
        known = updated(history(matched(*range(1, 41))), ended=[], waiting=waits, now=later)
        asked = Asked("en", later + 2, joined=later + 1)
        assert isinstance(forecast(known, asked), Forecast)

    def test_nobody_who_speaks_a_language_of_mine_says_nothing(self):
        assert said(history(matched(*range(1, 41)), still(1, 2)), "fi") == CannotSay(Reason.LANGUAGE)

    def test_fewer_people_than_a_team_needs_says_nothing(self):
        known = updated(history(matched(*range(1, 41)), minimum=3), ended=[], waiting=[], now=NOW + LATELY + 60)
        known = updated(known, ended=[], waiting=[Wait("en", NOW + LATELY, 60)], now=NOW + LATELY + 60)
        assert forecast(known, Asked("en", NOW + LATELY + 60)) == CannotSay(Reason.FEW)

    def test_a_party_brings_its_people_along(self):
        known = updated(history(matched(*range(1, 41)), minimum=3), ended=[], waiting=[], now=NOW + LATELY + 60)
        known = updated(known, ended=[], waiting=[Wait("en", NOW + LATELY, 60)], now=NOW + LATELY + 60)
        assert isinstance(forecast(known, Asked("en.2", NOW + LATELY + 60)), Forecast)

    def test_who_waited_when_the_queue_was_last_looked_at_long_ago_does_not_count(self):
        known = history(matched(*range(1, 41)), still(1))
        assert forecast(known, Asked("en", NOW + LATELY + FRESH)) == CannotSay(Reason.NOBODY)


class TestItsCorrection:
    def test_misses_raise_the_level_and_hits_lower_it(self):
        assert level_of(Group()) == pytest.approx(0.9)
        missed = history(matched(50, p90=40)).groups["en"]
        held = history(matched(30, p90=40)).groups["en"]
        assert level_of(missed) > 0.9 > level_of(held)

    def test_nine_in_ten_leave_it_where_it_is(self):
        waits = [*matched(*[30] * 9, p90=40), *matched(50, p90=40)]
        assert history(waits).groups["en"].balance == pytest.approx(0)

    def test_who_waits_past_their_p90_is_a_miss_already_and_only_once(self):
        known = history([], still(50, p90=40))
        assert (known.groups["en"].balance, known.groups["en"].over) == (0, 1)
        known = updated(known, ended=matched(60, p90=40), waiting=[], now=NOW)
        assert known.groups["en"].balance == pytest.approx(0.9)
        assert known.groups["en"].over == 0

    def test_who_left_before_their_p90_proves_nothing(self):
        assert history(left(30, p90=40)).groups["en"].balance == 0
        assert history(left(50, p90=40)).groups["en"].balance == pytest.approx(0.9)

    def test_an_hour_of_standing_still_is_not_paid_for_all_day(self):
        assert history(matched(*[99] * 80, p90=10)).groups["en"].balance == FARTHEST

    def test_nor_does_a_crowd_that_waits_past_it_make_the_forecast_absurd(self):
        found = said(history(matched(*range(1, 41)), still(*[60] * 80, p90=10)))
        assert isinstance(found, Forecast)
        assert found.p90 < 5 * 60

    def test_beyond_the_longest_wait_it_grows(self):
        known = history([*matched(*range(1, 41)), *matched(*[41] * 5, p90=10)], still(1))
        assert isinstance(found := said(known), Forecast)
        assert found.p90 > 41


class TestItsMemory:
    def test_survives_json(self):
        known = history([*matched(1, 2), *left(5, group="fr")], still(3, p90=1))
        assert history_of(json.loads(json.dumps(known.as_json()))) == known

    @pytest.mark.parametrize("state", [{}, {"groups": 3}, {"groups": {"en": {"odd": 1}}, "at": 1}, {"groups": {}}])
    def test_of_another_shape_begins_anew(self, state: dict[str, object]):
        assert history_of(state) == History()

    def test_is_bounded(self):
        waits = [wait for number in range(MOST_GROUPS + 9) for wait in matched(*[1] * 99, group=f"g{number}")]
        known = history(waits)
        assert len(known.groups) == MOST_GROUPS
        assert all(len(group.waits) == MOST_WAITS for group in known.groups.values())
        assert len(json.dumps(known.as_json())) < 40_000

    def test_those_who_wait_are_never_forgotten(self):
        known = history([w for n in range(MOST_GROUPS) for w in matched(1, group=f"g{n}")], still(9, group="zz"))
        assert "zz" in known.groups


@pytest.mark.parametrize(
    ("group", "other", "meet"),
    [("en", "en+fr", True), ("en", "fr", False), ("any", "fi", True), ("de.2", "de", True), ("", "fi", True)],
)
def test_groups_that_can_meet(group: str, other: str, meet: bool):
    assert can_meet(group, other) is can_meet(other, group) is meet


def test_a_groups_name_says_languages_and_size():
    assert languages_of("en+fr.3") == {"en", "fr"}
    assert (size_of("en+fr.3"), size_of("en")) == (3, 1)
